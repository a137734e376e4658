using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.TimeZones;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Loads what a decision about some workers needs, asks the pure code, and collects the changes. Writes nothing.</summary>
public sealed class WorkerDecider
{
    // How long a worker about whom nothing can be decided is left alone: long enough for somebody to mend the record.
    private static readonly Duration AfterFailure = Duration.FromHours(1);
    private readonly BridgeConfiguration _configuration;
    private readonly ResourceType _user;
    private readonly IDateTimeZoneProvider _zones;
    private readonly PolicyBook _policies;
    private readonly GrantBook _grants;
    private readonly RuledMemberships _memberships;
    private readonly WorkerNames _names;
    private readonly CascadeDecider? _cascades;

    /// <summary>Creates the decider.</summary>
    public WorkerDecider(
        BridgeConfiguration configuration,
        SchemaCatalog catalog,
        IDateTimeZoneProvider zones,
        PolicyBook policies,
        GrantBook grants,
        RuledMemberships memberships)
        : this(configuration, catalog, zones, policies, grants, memberships, offered: null)
    {
    }

    /// <summary>Creates a decider whose decisions are not written: what one offers as a name no other does.</summary>
    internal WorkerDecider(
        BridgeConfiguration configuration,
        SchemaCatalog catalog,
        IDateTimeZoneProvider zones,
        PolicyBook policies,
        GrantBook grants,
        RuledMemberships memberships,
        HashSet<string>? offered)
    {
        _configuration = configuration;
        _user = catalog.User;
        _zones = zones;
        _policies = policies;
        _grants = grants;
        _memberships = memberships;
        _names = new WorkerNames(configuration, catalog.User, offered);
        _cascades = configuration.Sponsorship is null ? null : new CascadeDecider(configuration, zones);
    }

    /// <summary>Decides workers of one source and one batch.</summary>
    public async Task<WorkerDecisions> DecideAsync(
        Session session, string source, List<DueWorker> due, IReadOnlyCollection<string> targets, Instant now, CancellationToken cancel)
    {
        var changes = new Changes(now, $"hr:{source}", due[0].Correlation, targets)
        {
            KeepsNames = true,
            NamesFreeBefore = _names.FreeBefore(now),
            NamedAt = _names.Targets,
            TellsStreams = _configuration.Options.Signals is not null,
        };
        var mastered = await ResourceStore.ClientMasteredAsync(session, due.ConvertAll(w => w.ResourceId), cancel);
        var policy = await _policies.InForceAsync(session, cancel);
        var tried = due.AsParallel().AsOrdered().Select(w => Try(w, [.. mastered[w.ResourceId]], policy, now)).ToList();
        var cases = tried.Where(t => t.Case is { IsElsewhere: false }).Select(t => t.Case!).ToList();
        var moved = tried.Where(t => t.Case is { IsElsewhere: true }).Select(t => t.Case!.Place).ToList();
        // Only single facts have come in so far, and too few to make a worker of.
        var unknown = tried.Where(t => t is { Case: null, Why: null }).Select(t => t.Due).ToList();
        var failed = tried.Where(t => t.Why is not null).Select(t => (t.Due, Why: t.Why!)).ToList();
        changes.NamesFreeAtTargets.AddRange(await _names.GiveAsync(session, cases, now, cancel));
        var grants = await _grants.InForceAsync(session, cancel);
        var written = cases.AsParallel().AsOrdered().Select(c => (Case: c, Write: c.Intent.Exists ? TryUser(source, c, grants, now) : null)).ToList();
        changes.Resources.AddRange(written.Select(w => w.Write).OfType<ResourceWrite>());
        var unmapped = cases.Where(c => c.Failure is not null).ToList();
        // Of whom there is nothing to write, it is as if nothing had been decided.
        failed.AddRange(written.Where(w => w is { Case.Failure: not null, Write: null }).Select(w => (w.Case.Due, (Exception)w.Case.Failure!)));
        cases = [.. written.Where(w => w.Case.Failure is null || w.Write is not null).Select(w => w.Case)];
        var deleted = cases.Where(c => c is { Intent.Exists: false, Body: not null }).ToList();
        changes.Deletes.AddRange(deleted.Select(c => ResourceWriter.Delete(_user, c.Due.ResourceId, c.Due.ResourceVersion, c.Body!)));
        // With what is deleted its memberships go.
        var ends = await _memberships.AddAsync(session, changes, [.. cases.Except(deleted).Select(Member)], now, cancel);
        changes.Notes.AddRange(DecisionNotes.Of(changes, cases.Select(c => (c.Due, c.Worker, c.Intent))));
        var accounts = _cascades is null ? null : await _cascades.DecideAsync(session, cases, changes, policy, now, cancel);
        List<StoredEvent> events = [.. cases.SelectMany(c => c.Events).OrderBy(e => e.RecordSeq ?? long.MaxValue)];
        return new WorkerDecisions(
            changes,
            [
                .. cases.Select(c => new DecidedWorker(
                    c.Due.WorkerId, c.Due.Generation, c.Worker.Access.ToString(), NextAt(c, ends, now), c.AwaitsManager, c.LastSeq,
                    c.Intent.Rule, c.Worker.Access == AccessState.Ended ? c.Due.EndedAt ?? now.ToMicroseconds() : null, c.Intent.DeleteAt?.ToMicroseconds())),
                .. failed.Select(f => new DecidedWorker(
                    f.Due.WorkerId, f.Due.Generation, f.Due.Access, (now + AfterFailure).ToMicroseconds(), AwaitsManager: false, f.Due.DecidedSeq)),
                .. unknown.Select(u => new DecidedWorker(u.WorkerId, u.Generation, u.Access, NextAt: null, AwaitsManager: false, u.DecidedSeq)),
            ],
            events,
            failed.ConvertAll(f => (f.Due.WorkerId, f.Why)),
            [
                .. cases.Where(c => c.Intent.Exists && c.Due.ResourceVersion == 0).SelectMany(Keys).Distinct(StringComparer.Ordinal),
            ],
            moved,
            [.. deleted.SelectMany(Keys).Distinct(StringComparer.Ordinal)])
        {
            Departed = cases.Where(Departs).Select(c => Departure(source, c, now)).ToList(),
            Returned = cases.Where(c => c.Due.Access == nameof(AccessState.Ended) && (c.Worker.Access != AccessState.Ended || c.Intent.Active))
                .Select(c => c.Due.ResourceId).ToList(),
            Told = Told(source, events.Concat(cases.Where(c => c.IsWelcome).Select(c => WorkerEvents.Prepared(c.Due, c.Worker, now))), now),
            Unmapped = unmapped.ConvertAll(c => Quarantine(source, c, now)),
            Mapped = [.. cases.Where(c => c.Failure is null).Select(c => c.Due.WorkerId)],
            Intents = cases.ToDictionary(c => c.Due.ResourceId, c => c.Intent, StringComparer.Ordinal),
            Accounts = accounts,
        };
    }

    // Somebody who has nothing, and is to have nothing, does not leave.
    private static bool Departs(WorkerCase c) => c.Worker.Access == AccessState.Ended && !c.Intent.Active && c.Body is not null
        && (c.Due.Access != nameof(AccessState.Ended) || c.Body["active"]?.GetValue<bool>() == true);

    private Revocation Departure(string source, WorkerCase c, Instant now)
    {
        var record = c.Due.Assertions.MaxBy(a => a.Seq)!;
        var ordered = c.Due.OrderedOutAt is { } at ? Microseconds.ToInstant(at) : (Instant?)null;
        var effective = ordered ?? Instant.Min(c.Worker.AccessEnd ?? now, now);
        return new Revocation(
            ResourceId.New(now), c.Due.ResourceId, source, c.Due.WorkerId, ordered is null ? Revocation.Leaver : Revocation.Order, c.Due.Correlation,
            record.Hash, (ordered ?? record.RecordedAt).ToMicroseconds(), effective.ToMicroseconds(), now.ToMicroseconds(),
            (now + _configuration.Revocation.Objective).ToMicroseconds());
    }

    private List<Notification> Told(string source, IEnumerable<StoredEvent> events, Instant now) =>
    [
        .. from e in events
           from receiver in _configuration.Options.Notifications
           where receiver.Value.Events.Contains(e.Type)
           select new Notification(ResourceId.New(now), receiver.Key, source, e, Attempts: 0),
    ];

    private long? NextAt(WorkerCase c, Dictionary<string, Instant> ends, Instant now)
    {
        var next = Next(c, ends)?.ToMicroseconds();
        if (_cascades?.NextAt(c.Worker, now)?.ToMicroseconds() is { } notice && !(next < notice))
            next = notice;
        var again = (now + AfterFailure).ToMicroseconds();
        return c.Failure is not null && (next is null || next > again) ? again : next;
    }

    private static Quarantined Quarantine(string source, WorkerCase c, Instant now)
    {
        var last = c.Due.Assertions.MaxBy(a => a.Seq)!;
        return new Quarantined(
            ResourceId.New(now), source, c.Due.WorkerId, QuarantineStore.Mapping, c.Failure!.Path, c.Failure.Reason, last.BatchId, Row: 0,
            last.Hash, now.ToMicroseconds(), now.ToMicroseconds());
    }

    // By which keys others may name a worker as their manager.
    private static string[] Keys(WorkerCase c) => [c.Due.WorkerId, c.Worker.Facts.WorkerId];

    /// <summary>Which memberships of some workers other rules would take, as the worker and the id of the group.</summary>
    internal async Task<List<(DueWorker Worker, string GroupId)>> LossesAsync(
        Session session, string source, IReadOnlyCollection<DueWorker> workers, GroupRules instead, Instant now, CancellationToken cancel)
    {
        var cases = await KnownAsync(session, source, workers, now, cancel);
        var byId = cases.ToDictionary(c => c.Due.ResourceId, c => c.Due, StringComparer.Ordinal);
        return (await _memberships.LossesAsync(session, cases.ConvertAll(Member), instead, now, cancel))
            .ConvertAll(l => (byId[l.MemberId], l.GroupId));
    }

    /// <summary>Which roles and entitlements of some workers other rules would take, of those of whom they would take any.</summary>
    internal async Task<List<(DueWorker Worker, IReadOnlyList<(string Attribute, string Value)> Lost)>> GrantLossesAsync(
        Session session, string source, IReadOnlyCollection<DueWorker> workers, GrantRules instead, Instant now, CancellationToken cancel)
    {
        var cases = await KnownAsync(session, source, workers, now, cancel);
        return
        [
            .. from c in cases.AsParallel().AsOrdered()
               where c.Mapped is not null && c.Failure is null
               let lost = LostBy(c, instead, now)
               where lost.Count > 0
               select (c.Due, lost),
        ];
    }

    private IReadOnlyList<(string Attribute, string Value)> LostBy(WorkerCase c, GrantRules instead, Instant now)
    {
        var user = c.Mapped!.DeepClone().AsObject();
        instead.Apply(user, c.Worker, c.Intent, now, _zones);
        return GrantRules.Lost(c.Mapped, user);
    }

    // Those who have a user, as the rules in force make it. Who has none has nothing to lose; whoever cannot be decided keeps what they have.
    private async Task<List<WorkerCase>> KnownAsync(
        Session session, string source, IReadOnlyCollection<DueWorker> workers, Instant now, CancellationToken cancel)
    {
        var known = workers.Where(w => w.ResourceVersion > 0).ToList();
        var mastered = await ResourceStore.ClientMasteredAsync(session, known.ConvertAll(w => w.ResourceId), cancel);
        var policy = await _policies.InForceAsync(session, cancel);
        var grants = await _grants.InForceAsync(session, cancel);
        var cases = known.AsParallel().AsOrdered().Select(w => Try(w, [.. mastered[w.ResourceId]], policy, now).Case).OfType<WorkerCase>().ToList();
        await _names.GiveAsync(session, cases, now, cancel);
        cases.AsParallel().Where(c => c.Intent.Exists).ForAll(c => TryUser(source, c, grants, now));
        return cases;
    }

    /// <summary>What is decided about some workers by the policy in force, and what another one would make of them.</summary>
    internal async Task<List<(DueWorker Worker, Intent Before, Intent After)>> CompareAsync(
        Session session, IReadOnlyCollection<DueWorker> workers, LifecyclePolicy instead, Instant now, CancellationToken cancel)
    {
        var policy = await _policies.InForceAsync(session, cancel);
        // Who has no user has nothing that could be taken; whoever cannot be decided keeps what they have. What clients master is no policy's.
        return
        [
            .. from worker in workers.AsParallel().AsOrdered()
               where worker.ResourceVersion > 0
               let before = Try(worker, [], policy, now).Case
               let after = Try(worker, [], instead, now).Case
               where before is not null && after is not null
               select (worker, before.Intent, after.Intent),
        ];
    }

    private static MemberCase Member(WorkerCase c) => new(c.Due.ResourceId, c.Mapped, c.Worker, c.Intent);

    // What a rule gives for a time is taken back by a decision at its end.
    private static Instant? Next(WorkerCase c, Dictionary<string, Instant> ends)
    {
        Instant? end = ends.TryGetValue(c.Due.ResourceId, out var until) ? until : null;
        return new[] { c.NextChange, end, c.GrantsEnd }.Min();
    }

    // One worker whose record cannot be understood must not hold up the others.
    private (DueWorker Due, WorkerCase? Case, Exception? Why) Try(
        DueWorker due, IReadOnlyCollection<string> clientMastered, LifecyclePolicy policy, Instant now)
    {
        try
        {
            return (due, Case(due, clientMastered, policy, now), null);
        }
        catch (Exception e) when (e is JsonException or DateTimeZoneNotFoundException or ArgumentException or OverflowException or InvalidOperationException)
        {
            return (due, null, e);
        }
    }

    private WorkerCase? Case(DueWorker due, IReadOnlyCollection<string> clientMastered, LifecyclePolicy policy, Instant now)
    {
        var before = due.Access is null ? (AccessState?)null : Enum.Parse<AccessState>(due.Access);
        var hasIdentity = due.ResourceVersion > 0;
        var current = At(due.Assertions, policy, now);
        if (current is null && !hasIdentity)
            return null;
        // Who was brought in by what has been taken back is as somebody who never came.
        var worker = current ?? Worker.At(
            WorkerFactsJson.Read(due.Assertions.Last(a => !a.Partial).Facts) with { Status = EmploymentStatus.Discarded }, now, _zones, policy.Preparation) with
        {
            OverSince = due.Assertions.Max(a => a.RetractedAt ?? a.RecordedAt),
        };
        // HR may not have heard of it yet, or may say otherwise.
        if (due.OrderedOutAt is { } ordered)
            worker = worker with { Access = AccessState.Ended, AccessEnd = Microseconds.ToInstant(ordered), OverSince = null };
        var body = due.ResourceBody is null ? null : JsonNode.Parse(due.ResourceBody)!.AsObject();
        var change = new LifecycleChange(before, hasIdentity, worker)
        {
            WasUsable = body?["active"]?.GetValue<bool>() ?? false,
            EndedAt = due.EndedAt is { } ended ? Microseconds.ToInstant(ended) : null,
        };
        var intent = LifecycleDecision.Decide(change, policy);
        var managerId = ManagerOf(due, policy, now);
        return new WorkerCase(due, worker, intent, body)
        {
            ManagerId = managerId,
            AwaitsManager = managerId is null && worker.Facts.ManagerId is not null && due.ManagerResourceId != due.ResourceId,
            ClientMastered = clientMastered,
            UserName = (clientMastered.Contains("userName") ? null : worker.Facts.UserName) ?? body?["userName"]?.GetValue<string>(),
            IsWelcome = Welcome.IsDue(change, intent),
            Events = WorkerEvents.Of(due, before, current, now, _zones, (assertions, at) => At(assertions, policy, at)),
        };
    }

    private Worker? At(IEnumerable<Assertion> assertions, LifecyclePolicy policy, Instant now) =>
        Timeline.Of(assertions, Instant.MaxValue).At(now, _zones, policy.Preparation);

    // A manager who will have an identity as soon as they are decided can be named already: the order of the feed does not matter.
    private string? ManagerOf(DueWorker due, LifecyclePolicy policy, Instant now)
    {
        // The head of a company is often named as their own manager.
        if (due.ManagerResourceId == due.ResourceId)
            return null;
        if (due.ManagerResourceId is null || due.ManagerHasResource)
            return due.ManagerResourceId;
        return At(due.ManagerAssertions, policy, now) is { } manager
            && LifecycleDecision.Decide(new LifecycleChange(Before: null, HasIdentity: false, manager), policy).Exists
                ? due.ManagerResourceId
                : null;
    }

    // What is to be written of the worker's user; null where it is as it should be, or where the mapping fails.
    private ResourceWrite? TryUser(string source, WorkerCase c, GrantRules grants, Instant now)
    {
        if (c.Failure is null)
        {
            try
            {
                return User(source, c, grants, now);
            }
            catch (MappingException e)
            {
                c.Failure = e;
            }
        }

        // What is theirs stays as it was; but access that ends, ends.
        c.Mapped = c.Body;
        if (c.Body is null || c.Intent.Active || c.Body["active"]?.GetValue<bool>() != true)
            return null;
        var body = c.Body.DeepClone().AsObject();
        body["active"] = false;
        return ResourceWriter.Update(_user, c.Due.ResourceId, c.Due.ResourceVersion, c.Body, body, c.Intent.Lane);
    }

    // What is to be written of the worker's user; null where it is as it should be.
    private ResourceWrite? User(string source, WorkerCase c, GrantRules grants, Instant now)
    {
        var email = c.Worker.Facts.WorkEmail
            ?? (_configuration.Options.Mapping.UserNameIsEmail && c.UserName!.Contains('@', StringComparison.Ordinal) ? c.UserName : null);
        var body = UserMapping.Map(
            c.Worker, c.Intent, c.UserName!, email, c.ManagerId, c.Body, c.ClientMastered, _configuration.Mapping.User,
            _configuration.Mapping.WithLegalName, Aliases(c, email));
        c.GrantsEnd = grants.Apply(body, c.Worker, c.Intent, now, _zones);
        c.Mapped = body;
        if (c.Body is null)
            return ResourceWriter.Create(_user, c.Due.ResourceId, body, $"hr:{source}", c.Intent.Lane);
        return JsonNode.DeepEquals(c.Body, body)
            ? null
            : ResourceWriter.Update(_user, c.Due.ResourceId, c.Due.ResourceVersion, c.Body, body, c.Intent.Lane);
    }

    // Who is renamed is still written to at the old address.
    private static List<string> Aliases(WorkerCase c, string? email)
    {
        if (c.Body is null)
            return [];
        var aliases = UserMapping.AliasesOf(c.Body).ToList();
        if (UserMapping.WorkEmailOf(c.Body) is { } before && (c.IsRenamed || c.Body["userName"]?.GetValue<string>() != c.UserName))
            aliases.Add(before);
        aliases.RemoveAll(a => string.Equals(a, email, StringComparison.OrdinalIgnoreCase));
        return [.. aliases.Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
