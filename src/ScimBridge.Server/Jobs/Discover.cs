using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Goes through a target, page by page, for non-human identities. Those that nobody knows are proposed, with who may own them, and adopted by
/// nobody but a person; of those that are known, the last use and the credentials are kept in step, and whatever came or went behind the
/// bridge's back is told to the journal. It changes nothing at the target, and goes on where it was stopped.
/// </summary>
public sealed class Discover : IDrain
{
    private const string Actor = "system:discover";
    private readonly BridgeConfiguration _configuration;
    private readonly TargetConnections _connections;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly ILogger<Discover> _log;

    /// <summary>Creates the drain.</summary>
    public Discover(BridgeConfiguration configuration, TargetConnections connections, Database database, IClock clock, ILogger<Discover> log)
    {
        _configuration = configuration;
        _connections = connections;
        _database = database;
        _clock = clock;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.Discover;

    /// <summary>Whether a target is gone through at all.</summary>
    public static bool IsOn(BridgeConfiguration configuration, ITarget target) =>
        configuration is { Sponsorship: not null, Options.Rotation.DiscoverEveryHours: > 0 } && target.ServiceAccounts is { Capabilities.Finds.Count: > 0 };

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        if (_configuration.Targets.All(t => t.Name != name) || !IsOn(_configuration, _connections[name]))
            return null;
        var target = _connections[name].ServiceAccounts!;
        while (true)
        {
            var state = await _database.ReadAsync(s => DiscoveryStore.FindAsync(s, name, cancel), cancel);
            var now = _clock.GetCurrentInstant();
            if (Microseconds.ToInstant(state.NextAt) > now)
                return Microseconds.ToInstant(state.NextAt);
            if (!state.IsUnderWay)
                state = new Discovery(state.Run + 1, NextPage: null, state.NextAt, Found: 0, Proposed: 0) { BegunAt = now.ToMicroseconds(), FinishedAt = state.FinishedAt };
            await PageAsync(name, target, state, lease, cancel);
        }
    }

    private async Task PageAsync(string name, IServiceAccountTarget target, Discovery state, Lease lease, CancellationToken cancel)
    {
        // Whoever leaves goes first.
        CallPace.Urge(false);
        var (outcome, page) = await IdentityPage.ListAsync(target, state.NextPage, cancel);
        try
        {
            await _database.WriteAsync(
                async s =>
                {
                    await lease.HoldAsync(s, cancel);
                    var next = page is null ? Put(state, outcome) : await TakeAsync(s, name, target.Capabilities, state, page, cancel);
                    await DiscoveryStore.PutAsync(s, name, next, cancel);
                },
                cancel);
        }
        catch (ConcurrencyException)
        {
            // Somebody else wrote one of them between our reading and our writing: the page is read again.
            _log.DecidingAgain(name);
        }
    }

    private Discovery Put(Discovery state, Outcome outcome)
    {
        var now = _clock.GetCurrentInstant();
        return outcome switch
        {
            // The mark of the page is too old: from the beginning.
            Outcome.Gone => state with { Run = state.Run + 1, NextPage = null, NextAt = (now + Duration.FromMinutes(1)).ToMicroseconds(), Reason = "The target does not know the page any more." },
            Outcome.Retry retry => state with { NextAt = (now + (retry.After is { } after ? Duration.FromTimeSpan(after) : Duration.FromMinutes(1))).ToMicroseconds(), Reason = retry.Reason },
            Outcome.Stop stop => state with { NextAt = (now + Duration.FromMinutes(30)).ToMicroseconds(), Reason = stop.Reason },
            Outcome.Rejected rejected => state with { NextAt = (now + Duration.FromMinutes(30)).ToMicroseconds(), Reason = rejected.Reason },
            _ => state with { NextAt = (now + Duration.FromMinutes(30)).ToMicroseconds(), Reason = $"The connector answered {outcome.GetType().Name}, which means nothing here." },
        };
    }

    private async Task<Discovery> TakeAsync(
        Session session, string name, ServiceAccountCapabilities capabilities, Discovery state, FoundPage page, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var known = await IdentityPage.LoadAsync(session, name, page.Accounts, isWriting: true, cancel);
        var seen = await DiscoveryStore.SeenAsync(session, name, [.. known.Found.Select(a => a.RemoteId)], cancel);
        var changes = new AccountChanges(_configuration, Actor, $"discovery:{name}:{state.Run}", now);
        var resources = new Changes(now, Actor, $"discovery:{name}:{state.Run}", []);
        var notes = new List<Discovered>();
        var proposed = 0;
        foreach (var account in known.Found)
        {
            if (!known.Known.TryGetValue(account.RemoteId, out var id))
            {
                id = ResourceId.New(now);
                Propose(name, Discoveries.Propose(id, account, known.People, capabilities, now), account, changes, resources);
                proposed++;
            }
            else if (known.Rows.TryGetValue(id, out var row) && !known.Rotating.Contains(id))
            {
                Look(name, row, account, capabilities, seen.GetValueOrDefault(account.RemoteId), changes, now);
            }

            notes.Add(new Discovered(account.RemoteId, id, known.Rotating.Contains(id) ? seen.GetValueOrDefault(account.RemoteId)?.Keys ?? [] : [.. account.Credentials.Select(c => c.KeyId)], MissingAt: null));
        }

        await Commit.WriteAsync(session, resources, cancel);
        await changes.WriteAsync(session, cancel);
        await DiscoveryStore.NoteAsync(session, name, state.Run, notes, cancel);
        var next = state with { NextPage = page.Next, Found = state.Found + notes.Count, Proposed = state.Proposed + proposed, NextAt = now.ToMicroseconds(), Reason = null };
        return page.Next is null ? await EndAsync(session, name, next, now, cancel) : next;
    }

    private async Task<Discovery> EndAsync(Session session, string name, Discovery state, Instant now, CancellationToken cancel)
    {
        var missing = await DiscoveryStore.MissAsync(session, name, state.Run, now.ToMicroseconds(), cancel);
        await JournalStore.AppendAsync(
            session,
            missing.Select(m => new JournalEntry(
                "serviceAccount.missingAtTarget", m.ResourceId, Actor, $"discovery:{name}:{state.Run}", new JsonObject { ["target"] = name }.ToJsonString())),
            now.ToMicroseconds(),
            cancel);
        _log.Discovered(name, state.Found, state.Proposed, missing.Count);
        return state with
        {
            FinishedAt = now.ToMicroseconds(), NextAt = (now + Duration.FromHours(_configuration.Options.Rotation.DiscoverEveryHours)).ToMicroseconds(),
        };
    }

    private void Propose(string target, ServiceAccount account, FoundAccount found, AccountChanges changes, Changes resources)
    {
        ProposedAccount.Add(
            _configuration, account, target, found.RemoteId, new JsonObject { ["displayName"] = found.Name, ["credentials"] = Credentials(found.Credentials) }, Actor + ":" + target,
            resources, changes);
        resources.Notes.Add(new ChangeNote("serviceAccount.proposed", account.Id, new JsonObject
        {
            ["target"] = target, ["kind"] = Words.Of(found.Kind), ["credentials"] = found.Credentials.Count, ["suggested"] = account.Accountable.Count > 0,
        }.ToJsonString()));
    }

    private static void Look(
        string target, ServiceAccountRow row, FoundAccount found, ServiceAccountCapabilities capabilities, Discovered? seen, AccountChanges changes, Instant now)
    {
        var (after, appeared, vanished) = Discoveries.Look(row.Account, found, capabilities, seen?.Keys, now);
        if (ReferenceEquals(after, row.Account))
            return;
        var body = JsonNode.Parse(row.Resource.Body)!.AsObject();
        if (appeared.Count > 0)
        {
            if (body["credentials"] is not JsonArray credentials)
                body["credentials"] = credentials = [];
            foreach (var element in Credentials(found.Credentials.Where(c => appeared.Contains(c.KeyId))).ToList())
                credentials.Add(element!.DeepClone());
        }

        List<ChangeNote> notes =
        [
            .. appeared.Select(key => Note("serviceAccount.credentialAppeared", key)), .. vanished.Select(key => Note("serviceAccount.credentialVanished", key)),
        ];
        changes.Add(new AccountDecision(row, after, [], appeared.Count + vanished.Count > 0 && after.Use != AccountUse.Proposed ? now : row.NextAt) { Body = body, Notes = notes });

        ChangeNote Note(string kind, string key) => new(kind, row.Account.Id, new JsonObject { ["target"] = target, ["credential"] = key }.ToJsonString());
    }

    private static JsonArray Credentials(IEnumerable<FoundCredential> found) => new([.. found.Select(c =>
    {
        var element = new JsonObject { ["value"] = c.KeyId, ["type"] = Words.Of(c.Type) };
        if (c.CreatedAt is { } at)
            element["createdAt"] = InstantPattern.ExtendedIso.Format(at);
        return (JsonNode)element;
    })]);
}
