using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// What people say of service accounts, and what is learned of them: each is one transaction, with the journal, the resource, and what comes due of it.
/// Asked only where there are service accounts in the configuration.
/// </summary>
public sealed class AccountBook
{
    private const int Tries = 5;
    private static readonly Dictionary<string, Person> AsStored = [];
    private readonly BridgeConfiguration _configuration;
    private readonly PolicyBook _policies;
    private readonly IDateTimeZoneProvider _zones;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;

    /// <summary>Creates the book.</summary>
    public AccountBook(BridgeConfiguration configuration, PolicyBook policies, IDateTimeZoneProvider zones, Database database, IClock clock, IAlarm alarm)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        _policies = policies;
        _zones = zones;
        _database = database;
        _clock = clock;
        _alarm = alarm;
    }

    /// <summary>Asks for steps and takes them.</summary>
    /// <param name="id">The account.</param>
    /// <param name="others">Ids of users who are asked about beside those who have to do with it.</param>
    /// <param name="ask">(account, people, policy, now) -> steps; none where nobody waits for the answer.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="correlation">What it belongs to.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The account afterwards, and whether anything was done; null where there is no such account.</returns>
    public Task<(ServiceAccount Account, bool IsDone)?> AnswerAsync(
        string id,
        IReadOnlyCollection<string> others,
        Func<ServiceAccount, People, SuccessionPolicy, Instant, IReadOnlyList<CascadeStep>> ask,
        string actor,
        string correlation,
        CancellationToken cancel) => WriteAsync(
        id,
        actor,
        correlation,
        async (s, row, now) =>
        {
            var policy = _configuration.Sponsorship!.Policy;
            var people = await People().LoadAsync(s, [row.Account], others, AsStored, await _policies.InForceAsync(s, cancel), now, cancel);
            return CascadeDecider.Decide(row, ask(row.Account, people, policy, now), people, policy, now);
        },
        cancel);

    /// <summary>Somebody who was named accepts: as a co-sponsor, or as who was given a role by a client.</summary>
    /// <inheritdoc cref="AnswerAsync"/>
    public Task<(ServiceAccount Account, bool IsDone)?> AcceptNamedAsync(
        string id, AccountableRole role, string personId, string actor, string correlation, CancellationToken cancel) => WriteAsync(
        id,
        actor,
        correlation,
        (_, row, now) => Task.FromResult(Changed(
            row, Answers.AcceptNamed(row.Account, role, personId, now), "serviceAccount.accepted",
            new JsonObject { ["role"] = Words.Of(role), ["person"] = personId })),
        cancel);

    /// <summary>Somebody accepts that nobody can see whether a credential has ended.</summary>
    /// <inheritdoc cref="AnswerAsync"/>
    public Task<(ServiceAccount Account, bool IsDone)?> AcceptRiskAsync(
        string id, string keyId, string personId, string actor, string correlation, CancellationToken cancel) => WriteAsync(
        id,
        actor,
        correlation,
        async (s, row, now) =>
        {
            var policy = _configuration.Sponsorship!.Policy;
            var people = await People().LoadAsync(s, [row.Account], [personId], AsStored, await _policies.InForceAsync(s, cancel), now, cancel);
            var isAsked = row.Account.Credentials.Any(c =>
                c.KeyId == keyId && c is { State: CredentialState.Unverifiable, Risk: { AcceptedAt: null } risk } && (risk.OwnerId is null || risk.OwnerId == personId));
            var after = isAsked && people[personId].CanAnswer(now, policy) && !people[personId].IsAway
                ? RotationProof.RiskAccepted(row.Account, keyId, personId, now)
                : row.Account;
            return Changed(row, after, "serviceAccount.riskAccepted", new JsonObject { ["credential"] = keyId, ["person"] = personId });
        },
        cancel);

    /// <summary>
    /// Notes in which state a credential was seen at its target: the one thing that closes a duty. In the caller's transaction; what was seen
    /// already is not noted twice.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="resourceId">The account.</param>
    /// <param name="keyId">The credential.</param>
    /// <param name="state">What the look showed.</param>
    /// <param name="evidence">How it was seen: the call, and what it showed. No secret, nothing personal.</param>
    /// <param name="actor">Who looked.</param>
    /// <param name="correlation">What it belongs to.</param>
    /// <param name="cancel">Gives up.</param>
    public Task SeenAsync(
        Session session, string resourceId, string keyId, CredentialState state, string evidence, string actor, string correlation, CancellationToken cancel) => LearnAsync(
        session,
        resourceId,
        (account, now) => account.Credentials.Any(c => c.KeyId == keyId && c.State != state) ? RotationProof.Seen(account, keyId, state, now) : account,
        "serviceAccount.credentialSeen",
        new JsonObject { ["credential"] = keyId, ["state"] = Words.Of(state), ["evidence"] = evidence },
        actor,
        correlation,
        cancel);

    /// <summary>Notes what was learned of an account at its target: credentials that are new, when it was last used. In the caller's transaction.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="resourceId">The account.</param>
    /// <param name="learn">(account, now) -> the account with what was learned; the same where that is nothing new.</param>
    /// <param name="kind">The journal's word for it.</param>
    /// <param name="data">What the journal notes.</param>
    /// <param name="actor">Who learned it.</param>
    /// <param name="correlation">What it belongs to.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task LearnAsync(
        Session session, string resourceId, Func<ServiceAccount, Instant, ServiceAccount> learn, string kind, JsonObject data, string actor, string correlation,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(learn);
        if ((await ServiceAccountStore.HoldAsync(session, [resourceId], cancel)).SingleOrDefault() is not { } row)
            return;
        var now = _clock.GetCurrentInstant();
        var changes = new AccountChanges(_configuration, actor, correlation, now);
        changes.Add(Changed(row, learn(row.Account, now), kind, data));
        await changes.WriteAsync(session, cancel);
    }

    /// <summary>Asks those who answer for accounts whether these are needed. In the caller's transaction; answers with the ids of those that are in use and meant.</summary>
    public async Task<IReadOnlyCollection<string>> AskAsync(
        Session session, IReadOnlyCollection<string> ids, Func<ServiceAccount, bool> isMeant, Instant by, string actor, string correlation, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var policy = _configuration.Sponsorship!.Policy;
        var rows = (await ServiceAccountStore.HoldAsync(session, ids, cancel)).Where(r => r.Account.Use == AccountUse.InUse && isMeant(r.Account)).ToList();
        var people = await People().LoadAsync(session, rows.ConvertAll(r => r.Account), [], AsStored, await _policies.InForceAsync(session, cancel), now, cancel);
        var changes = new AccountChanges(_configuration, actor, correlation, now);
        changes.Add(rows.Select(r => CascadeDecider.Decide(r, [new CascadeStep.Attest(by)], people, policy, now)));
        await changes.WriteAsync(session, cancel);
        return rows.ConvertAll(r => r.Account.Id);
    }

    /// <summary>Takes new accounts into the inventory, each with the body of its resource. In the caller's transaction.</summary>
    public async Task AddAsync(
        Session session, IReadOnlyCollection<(ServiceAccount Account, JsonObject Body)> added, string actor, string correlation, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(added);
        var now = _clock.GetCurrentInstant();
        var type = _configuration.Catalog.FindResourceType(ConfiguredSponsorship.TypeName)!;
        var resources = new Changes(now, actor, correlation, []);
        var changes = new AccountChanges(_configuration, actor, correlation, now);
        foreach (var (account, body) in added)
        {
            var shown = ServiceAccountResource.Show(body, account, _configuration.Sponsorship!.Policy);
            resources.Resources.Add(ResourceWriter.Create(type, account.Id, shown, actor, Lane.Join));
            changes.AddBeside(
                new ServiceAccountWrite(Before: null, account, now) { Target = (string?)body["target"], RemoteId = (string?)body["remoteId"] }, []);
        }

        await Commit.WriteAsync(session, resources, cancel);
        await changes.WriteAsync(session, cancel);
    }

    private async Task<(ServiceAccount Account, bool IsDone)?> WriteAsync(
        string id, string actor, string correlation, Func<Session, ServiceAccountRow, Instant, Task<AccountDecision>> decide, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (account, changes, isDone) = await _database.WriteAsync(
                    async s =>
                    {
                        var now = _clock.GetCurrentInstant();
                        if ((await ServiceAccountStore.HoldAsync(s, [id], cancel)).SingleOrDefault() is not { } row)
                            return (null, null, false);
                        var decision = await decide(s, row, now);
                        var changes = new AccountChanges(_configuration, actor, correlation, now);
                        var isDone = decision.Steps.Count > 0 || decision.Notes.Count > 0;
                        if (isDone)
                            changes.Add(decision);
                        await changes.WriteAsync(s, cancel);
                        return ((ServiceAccount?)decision.After, (AccountChanges?)changes, isDone);
                    },
                    cancel);
                if (account is null)
                    return null;
                foreach (var receiver in changes!.Receivers)
                    _alarm.Wake(new DrainKey(DrainKind.Notify, receiver));
                if (changes.NextAt is { } next)
                    _alarm.WakeAt(new DrainKey(DrainKind.Cascade, CascadeDue.Name), next);
                return (account, isDone);
            }
            catch (ConcurrencyException) when (attempt < Tries)
            {
                // A decision about workers has written between our reading and our writing: read again, ask again.
            }
        }
    }

    private PeopleLoader People() => new(_configuration.Sponsorship!, _configuration.Catalog.User, _zones);

    // Where nothing is new, nothing is written. When its timers fire is worked out by whoever looks at them next.
    private AccountDecision Changed(ServiceAccountRow row, ServiceAccount after, string kind, JsonObject data)
    {
        if (ReferenceEquals(after, row.Account))
            return new AccountDecision(row, row.Account, [], row.NextAt);
        var now = _clock.GetCurrentInstant();
        var isRotated = after.Credentials.Any(c => c.State == CredentialState.RotatedVerified
            && row.Account.Credentials.Any(b => b.KeyId == c.KeyId && b.State != c.State));
        JsonObject? body = null;
        if (isRotated)
        {
            body = JsonNode.Parse(row.Resource.Body)!.AsObject();
            body["lastRotatedAt"] = InstantPattern.ExtendedIso.Format(now);
        }

        return new AccountDecision(row, after, [], now) { Notes = [new ChangeNote(kind, after.Id, data.ToJsonString())], Body = body };
    }
}
