using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// What becomes of service accounts when a decision about workers makes some of their people others: loads the accounts of exactly these people,
/// asks the pure code with all of the batch applied, and collects what is written. Writes nothing.
/// </summary>
internal sealed class CascadeDecider
{
    private static readonly Duration SecondLook = Duration.FromMinutes(1);
    private readonly BridgeConfiguration _configuration;
    private readonly ConfiguredSponsorship _sponsorship;
    private readonly IDateTimeZoneProvider _zones;
    private readonly SponsoringWorker _workers;
    private readonly PeopleLoader _people;

    /// <summary>Creates it; for a configuration with service accounts.</summary>
    public CascadeDecider(BridgeConfiguration configuration, IDateTimeZoneProvider zones)
    {
        _configuration = configuration;
        _sponsorship = configuration.Sponsorship!;
        _zones = zones;
        _workers = new SponsoringWorker(_sponsorship.Policy, _sponsorship.Notice, zones);
        _people = new PeopleLoader(_sponsorship, configuration.Catalog.User, zones);
    }

    /// <summary>When a worker is to be looked at because of the accounts that they may answer for; null for never.</summary>
    public Instant? NextAt(Worker worker, Instant now) => _workers.NextAt(worker, now);

    /// <summary>Decides; null where it is no account's matter.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cases">The workers of a batch who were decided.</param>
    /// <param name="changes">What else the decision changes: who does it, and what it belongs to.</param>
    /// <param name="policy">The lifecycle's policy.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<AccountChanges?> DecideAsync(
        Session session, IReadOnlyList<WorkerCase> cases, Changes changes, LifecyclePolicy policy, Instant now, CancellationToken cancel)
    {
        var matters = await ServiceAccountStore.MattersAsync(session, [.. cases.Where(c => c.Due.ResourceVersion > 0).Select(c => c.Due.ResourceId)], cancel);
        var back = await TakenBackAsync(session, cases, policy, cancel);
        if (matters.Count == 0 && back is null)
            return null;
        var happened = cases.Where(c => matters.Contains(c.Due.ResourceId)).SelectMany(c => EventsOf(c, policy).Events)
            .ToLookup(e => e.PersonId, StringComparer.Ordinal);
        if (happened.Count == 0 && back is null)
            return null;
        var concerned = happened.SelectMany(p => matters[p.Key].Select(account => (Account: account, Person: p.Key)))
            .ToLookup(p => p.Account, p => p.Person, StringComparer.Ordinal);
        var rows = await ServiceAccountStore.LoadAsync(
            session, [.. concerned.Select(c => c.Key).Union(back?.Held.Keys ?? Enumerable.Empty<string>(), StringComparer.Ordinal)], cancel);
        var known = cases.ToDictionary(c => c.Due.ResourceId, c => _workers.PersonOf(c.Due.ResourceId, c.Worker, c.ManagerId), StringComparer.Ordinal);
        var people = await _people.LoadAsync(
            session, [.. rows.Select(r => r.Account)], [.. happened.SelectMany(e => e).Select(e => e.ManagerThen).OfType<string>(), .. back?.Concerned ?? []], known, policy, now, cancel);
        var decided = new AccountChanges(_configuration, changes.Actor, changes.Correlation, now);
        var all = rows.AsParallel().AsOrdered().Select(row => DecideOne(row, [.. concerned[row.Account.Id].Order(StringComparer.Ordinal)], happened, back, people, now)).ToList();
        decided.Add(all.Select(d => d.Decision));
        decided.Reinstated.AddRange(all.Where(d => d.IsReinstated).Select(d => d.Decision));
        return decided;
    }

    private (AccountDecision Decision, bool IsReinstated) DecideOne(
        ServiceAccountRow row, List<string> concerned, ILookup<string, PersonEvent> happened, TakenBack? back, People people, Instant now)
    {
        var steps = StepsOf(row.Account, concerned.SelectMany(person => happened[person]), people, now);
        var isReinstated = false;
        if (back is not null && (back.Held.ContainsKey(row.Account.Id) || concerned.Exists(back.People.Contains)))
        {
            var again = Reinstatement.Of(
                StepEffect.Of(row.Account, steps, now), back.People, back.Held.GetValueOrDefault(row.Account.Id) ?? [], back.Since, people, _sponsorship.Policy, now);
            steps.AddRange(again);
            isReinstated = again.Count > 0;
        }

        return (Decide(row, steps, people, _sponsorship.Policy, now), isReinstated);
    }

    // Who is here again, or where they were, because a rollback has taken back what said that they left or moved, and what they lost by it; null for nobody.
    private async Task<TakenBack?> TakenBackAsync(Session session, IReadOnlyList<WorkerCase> cases, LifecyclePolicy policy, CancellationToken cancel)
    {
        var people = new HashSet<string>(StringComparer.Ordinal);
        var records = new List<Assertion>();
        foreach (var c in cases.Where(c => c.Due.ResourceVersion > 0))
        {
            var retracted = RetractedOf(c);
            if (retracted.Count == 0 || !EventsOf(c, policy).IsBack)
                continue;
            people.Add(c.Due.ResourceId);
            records.AddRange(retracted);
        }

        if (people.Count == 0)
            return null;
        var lost = await LostRoles.FindAsync(session, [.. records.Select(r => r.BatchId).Distinct(StringComparer.Ordinal)], people, cancel);
        return new TakenBack(people, records.Min(r => r.RecordedAt), lost);
    }

    /// <summary>The decision that some steps make; what is due of the account already stays due.</summary>
    public static AccountDecision Decide(ServiceAccountRow row, IReadOnlyList<CascadeStep> steps, People people, SuccessionPolicy policy, Instant now) =>
        DecideDue(row, steps, people, policy, now) is var decided && row.NextAt <= now ? decided with { NextAt = row.NextAt } : decided;

    /// <summary>The decision that the steps make that are due.</summary>
    public static AccountDecision DecideDue(ServiceAccountRow row, IReadOnlyList<CascadeStep> steps, People people, SuccessionPolicy policy, Instant now)
    {
        var after = StepEffect.Of(row.Account, steps, now);
        var next = new[] { Duties.NextAt(after, people, policy, now), ExpiryAlarm.NextAt(after, now) }.Min();
        // Somebody may have left in a decision that was made at the same time and knew nothing of this one: whoever comes later sees both.
        var again = now + SecondLook;
        return new AccountDecision(row, after, steps, steps.Count > 0 && !(next < again) ? again : next);
    }

    private List<CascadeStep> StepsOf(ServiceAccount account, IEnumerable<PersonEvent> happened, People people, Instant now)
    {
        var steps = new List<CascadeStep>();
        foreach (var e in happened)
        {
            var some = Cascade.Of(account, e, people, _sponsorship.Policy, now);
            account = StepEffect.Of(account, some, now);
            steps.AddRange(some);
        }

        return steps;
    }

    // What happened to the worker since the last decision; and whether it is none, as it was taken back and they are where they were.
    private (IReadOnlyList<PersonEvent> Events, bool IsBack) EventsOf(WorkerCase c, LifecyclePolicy policy)
    {
        if (c.Due.Access is not { } access)
            return ([], false);
        // Who they were by the last decision: by what it knew, and as of when it was made.
        var decidedAt = Microseconds.ToInstant(c.Due.DecidedAt);
        var before = Known(c, a => a.Seq <= c.Due.DecidedSeq && !(a.RetractedAt <= decidedAt), policy);
        var events = _workers.EventsOf(
            c.Due.ResourceId, before is null ? null : before with { Access = Enum.Parse<AccessState>(access) }, c.Worker,
            c.Body is null ? null : AccountMapping.ManagerOf(c.Body), c.ManagerId, c.Due.OrderedOutAt is not null);
        var retracted = RetractedOf(c);
        if (retracted.Count == 0 || events.Any(e => e.Type == CascadeEvent.Rehired))
            return (events, retracted.Count > 0);
        var since = retracted.Min(r => r.RecordedAt);
        var was = Known(c, a => a.RecordedAt < since && !(a.RetractedAt <= since), policy);
        if (was is null || SponsoringWorker.IsElsewhere(was, c.Worker))
            return (events, false);
        List<PersonEvent> others = [.. events.Where(e => e.Type is not (CascadeEvent.Moved or CascadeEvent.MovedWithinTeam or CascadeEvent.ManagerChanged))];
        return (others, others.Count < events.Count);
    }

    private static List<Assertion> RetractedOf(WorkerCase c)
    {
        var decidedAt = Microseconds.ToInstant(c.Due.DecidedAt);
        return [.. c.Due.Assertions.Where(a => a.RetractedAt > decidedAt)];
    }

    // The worker at the last decision, as some of what was said tells it.
    private Worker? Known(WorkerCase c, Func<Assertion, bool> which, LifecyclePolicy policy) =>
        Timeline.Of(c.Due.Assertions.Where(which).Select(a => a with { RetractedAt = null }), Instant.MaxValue)
            .At(Microseconds.ToInstant(c.Due.DecidedAt), _zones, policy.Preparation);

    /// <summary>What a rollback undoes.</summary>
    /// <param name="People">The users who are here again, or where they were.</param>
    /// <param name="Since">When the first of what is taken back was recorded.</param>
    /// <param name="Held">What was held before, by account.</param>
    private sealed record TakenBack(IReadOnlySet<string> People, Instant Since, IReadOnlyDictionary<string, List<Accountable>> Held)
    {
        /// <summary>Everybody who is spoken of.</summary>
        public IEnumerable<string> Concerned => People.Concat(Held.Values.SelectMany(l => l).Select(l => l.PersonId));
    }
}
