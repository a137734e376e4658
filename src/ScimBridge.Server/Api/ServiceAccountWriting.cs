using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// What a client's request makes of service accounts: it says what they are and who answers for them; where they stand, and what was proven,
/// only events move. A request that leaves one to nobody is refused. What HR brings about never is.
/// </summary>
internal sealed class ServiceAccountWriting(
    BridgeConfiguration configuration, PolicyBook policies, IDateTimeZoneProvider zones, Session session, Caller caller, Instant now, CancellationToken cancel)
{
    private static readonly Duration LongestExemption = Duration.FromDays(366);
    private AccountChanges? _changes;

    private AccountChanges Changes => _changes ??= new AccountChanges(configuration, caller.Actor, caller.Correlation, now);

    /// <summary>Whether a resource of the type is one.</summary>
    public bool IsOne(ResourceType type) => configuration.Sponsorship is not null && type.Name == ConfiguredSponsorship.TypeName;

    /// <summary>Takes a new account; answers with the body to store.</summary>
    /// <exception cref="ScimException">invalidValue, or uniqueness.</exception>
    public async Task<JsonObject> CreateAsync(string id, JsonObject body)
    {
        Check(body, before: null);
        await CheckRemoteAsync(id, body);
        var policy = configuration.Sponsorship!.Policy;
        var account = ServiceAccountResource.Read(id, body, before: null, policy, now);
        if (await GapAsync(account) is { } gap)
            throw ScimError.InvalidValue(gap).AsException();
        Changes.AddBeside(Write(row: null, account, body), []);
        return ServiceAccountResource.Show(body, account, policy);
    }

    /// <summary>Takes what becomes of an account; answers with the body to store.</summary>
    /// <exception cref="ScimException">invalidValue, mutability or uniqueness.</exception>
    public async Task<JsonObject> ChangeAsync(string id, JsonObject body)
    {
        var row = (await ServiceAccountStore.HoldAsync(session, [id], cancel)).SingleOrDefault()
            ?? throw ScimError.Conflict("It is a resource of before service accounts were switched on; delete it and create it anew.").AsException();
        Check(body, row.Account);
        await CheckRemoteAsync(id, body);
        if (row.Account.Use == AccountUse.Deleted)
            throw ScimError.Mutability("It is deleted: there is no way back.").AsException();
        var policy = configuration.Sponsorship!.Policy;
        var after = ServiceAccountResource.Read(id, body, row.Account, policy, now);
        CheckDuties(row.Account, after);
        // What was so before is nobody's fault who changes something else.
        if (row.Account.Use != AccountUse.Proposed && await GapAsync(after) is { } gap && await GapAsync(row.Account) is null)
            throw ScimError.InvalidValue(gap).AsException();
        Changes.AddBeside(Write(row, after, body), []);
        return ServiceAccountResource.Show(body, after, policy);
    }

    /// <summary>Why an account cannot be taken out of the inventory; null where it can.</summary>
    public async Task<string?> RefusalAsync(string id) =>
        (await ServiceAccountStore.HoldAsync(session, [id], cancel)).SingleOrDefault() is { } row && row.Account.Duties.Any(d => d.ClosedAt is null)
            ? "A credential of it that somebody knows who has left is not proven to be gone."
            : null;

    /// <summary>Writes it, after the resources. Answers whether anything of service accounts was written.</summary>
    public async Task<bool> WriteAsync()
    {
        if (_changes is null)
            return false;
        await _changes.WriteAsync(session, cancel);
        return true;
    }

    // Its timers are looked at right away: somebody may be known to have known a secret who has left long ago.
    private ServiceAccountWrite Write(ServiceAccountRow? row, ServiceAccount after, JsonObject body) =>
        new(row, after, now) { Target = (string?)body["target"], RemoteId = (string?)body["remoteId"] };

    private static void Check(JsonObject body, ServiceAccount? before)
    {
        if (body["criticality"]!.GetValue<int>() is < 1 or > 4)
            throw Invalid("criticality is from 1 to 4.");
        CheckWord<ServiceAccountKind>(body, "kind");
        if (body.ContainsKey("remoteId") && !body.ContainsKey("target"))
            throw Invalid("remoteId needs the target that it is an identifier of.");
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var credential in Elements(body, "credentials"))
        {
            if ((string?)credential["value"] is not { Length: > 0 } keyId)
                throw Invalid("credentials.value names the key, and never the secret.");
            if (!keys.Add(keyId))
                throw Invalid("Two credentials have the same key id.");
            CheckWord<Retirement>(credential, "retirement");
        }

        // What is known goes with its credential, where that may go.
        foreach (var known in Elements(body, "knownTo").Where(k => !IsKnown(before, (string?)k["type"], (string?)k["value"])))
        {
            if ((string?)known["value"] is null || (string?)known["type"] is not { } keyId || !keys.Contains(keyId))
                throw Invalid("knownTo says who (value) knows which of the credentials (type).");
            CheckWord<Provisioning.Sponsorship.Evidence>(known, "evidence");
        }
    }

    private static bool IsKnown(ServiceAccount? account, string? keyId, string? personId) =>
        account?.Credentials.Any(c => c.KeyId == keyId && c.KnownTo.Any(k => k.PersonId == personId)) == true;

    private static void CheckWord<T>(JsonObject node, string name)
        where T : struct, Enum
    {
        if ((string?)node[name] is { } word && (!Enum.TryParse<T>(word, ignoreCase: true, out var value) || !Enum.IsDefined(value) || char.IsAsciiDigit(word[0])))
            throw Invalid($"{name} is one of {string.Join(", ", Enum.GetNames<T>().Select(n => char.ToLowerInvariant(n[0]) + n[1..]))}.");
    }

    private async Task CheckRemoteAsync(string id, JsonObject body)
    {
        if ((string?)body["remoteId"] is { } remote && (string?)body["target"] is { } target
            && await ServiceAccountStore.FindByRemoteAsync(session, target, remote, cancel) is { } other && other != id)
            throw ScimError.Uniqueness("Another service account has this remoteId at this target.").AsException();
    }

    private static void CheckDuties(ServiceAccount before, ServiceAccount after)
    {
        var left = after.Credentials.Select(c => c.KeyId).ToHashSet(StringComparer.Ordinal);
        if (before.Duties.FirstOrDefault(d => d.ClosedAt is null && !left.Contains(d.KeyId)) is { } open)
            throw ScimError.Mutability($"The credential {open.KeyId} has to be proven to be gone: leaving it out of the list is no proof.").AsException();
    }

    // V1, as a person who writes it is told; null where there is none.
    private async Task<string?> GapAsync(ServiceAccount account)
    {
        if (account.Exemption is { } exemption)
        {
            if (exemption.Until - now > LongestExemption)
                return "An exemption ends within a year.";
            if (exemption.Reason.Length == 0 || exemption.ApprovedBy.Length == 0)
                return "An exemption has a reason, and somebody who approved it.";
        }

        var people = await new PeopleLoader(configuration.Sponsorship!, configuration.Catalog.User, zones).LoadAsync(
            session, [account], [], new Dictionary<string, Person>(), await policies.InForceAsync(session, cancel), now, cancel);
        var (sponsors, owners) = (Here(AccountableRole.Sponsor), Here(AccountableRole.TechnicalOwner));
        if (sponsors.Count == 0)
            return "It needs a sponsor who is here: who answers for why it exists.";
        if (owners.Count == 0)
            return "It needs a technical owner who is here: who answers for how it works.";
        return account.Criticality <= Criticality.C2 && sponsors.Count == 1 && owners.SetEquals(sponsors)
            ? "At criticality 1 and 2 two different people are its sponsor and its technical owner."
            : null;

        HashSet<string> Here(AccountableRole role) =>
        [
            .. account.Accountable.Where(a => a.Role == role).Select(a => people[a.PersonId])
                .Where(p => p.CanAnswer(now, configuration.Sponsorship!.Policy) && !p.IsAway).Select(p => p.Id),
        ];
    }

    private static IEnumerable<JsonObject> Elements(JsonObject body, string name) => (body[name] as JsonArray ?? []).OfType<JsonObject>();

    private static ScimException Invalid(string detail) => ScimError.InvalidValue(detail).AsException();
}
