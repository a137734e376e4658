using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Does what is due of service accounts: answers that did not come, leaves that are over, secrets that were not exchanged, orphans, the end of what
/// nobody needs. It goes by who people are now, so that it also mends what two decisions made at once, each without seeing the other.
/// </summary>
public sealed class CascadeDue : IDrain
{
    /// <summary>The name under which it runs.</summary>
    public const string Name = "accounts";

    private const string Actor = "system:cascade";
    private const int AtOnce = 500;
    private static readonly Dictionary<string, Person> AsStored = [];
    private readonly BridgeConfiguration _configuration;
    private readonly PolicyBook _policies;
    private readonly PeopleLoader? _people;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly ILogger<CascadeDue> _log;

    /// <summary>Creates the drain.</summary>
    public CascadeDue(
        BridgeConfiguration configuration, PolicyBook policies, IDateTimeZoneProvider zones, Database database, IClock clock, IAlarm alarm, ILogger<CascadeDue> log)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        _policies = policies;
        _people = configuration.Sponsorship is { } sponsorship ? new PeopleLoader(sponsorship, configuration.Catalog.User, zones) : null;
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.Cascade;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        // Without service accounts in the configuration, what is due of those that there were rests.
        if (_people is null)
            return null;
        while (true)
        {
            try
            {
                if (!await DoSomeAsync(lease, cancel))
                    break;
            }
            catch (ConcurrencyException)
            {
                // Somebody else wrote between our reading and our writing: read again, decide again.
                _log.DecidingAgain(Name);
            }
        }

        return await _database.ReadAsync(s => ServiceAccountStore.NextAtAsync(s, cancel), cancel) is { } next ? Microseconds.ToInstant(next) : null;
    }

    // Answers whether there may be more.
    private async Task<bool> DoSomeAsync(Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var changes = new AccountChanges(_configuration, Actor, Name, now);
        var due = await _database.ReadAsync(s => DecideAsync(s, changes, now, cancel), cancel);
        if (due == 0)
            return false;
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await changes.WriteAsync(s, cancel);
            },
            cancel);
        foreach (var receiver in changes.Receivers)
            _alarm.Wake(new DrainKey(DrainKind.Notify, receiver));
        _log.CascadeDone(due);
        return due == AtOnce;
    }

    private async Task<int> DecideAsync(Session session, AccountChanges changes, Instant now, CancellationToken cancel)
    {
        var ids = await ServiceAccountStore.DueAsync(session, now.ToMicroseconds(), AtOnce, cancel);
        if (ids.Count == 0)
            return 0;
        var rows = await ServiceAccountStore.LoadAsync(session, ids, cancel);
        var lifecycle = await _policies.InForceAsync(session, cancel);
        var people = await _people!.LoadAsync(session, [.. rows.Select(r => r.Account)], [], AsStored, lifecycle, now, cancel);
        var policy = _configuration.Sponsorship!.Policy;
        changes.Add(rows.AsParallel().AsOrdered().Select(
            row => CascadeDecider.DecideDue(row, Duties.Due(row.Account, people, policy, now), people, policy, now)));
        foreach (var row in rows)
        {
            // An alarm lies between the instant at which the account was to be looked at and now: it is told once.
            foreach (var (keyId, at) in ExpiryAlarm.Between(row.Account, row.NextAt ?? now, now))
            {
                var what = new JsonObject { ["expiresAt"] = InstantPattern.ExtendedIso.Format(at) };
                if (keyId is not null)
                    what["credential"] = keyId;
                changes.Tell(row.Account.Id, AccountNotice.CredentialExpiring, what);
            }
        }

        return ids.Count;
    }
}
