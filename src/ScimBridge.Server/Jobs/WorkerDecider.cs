using System.Text;
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

/// <summary>What was decided about some workers: what changes, and what to note about each of them.</summary>
/// <param name="Changes">What changes.</param>
/// <param name="Decided">What to note.</param>
/// <param name="Events">What happened to them.</param>
/// <param name="Failed">Workers about whom nothing could be decided; they are as they were and are tried again later.</param>
/// <param name="Appeared">Workers who have an identity from now on, for whom others may have waited as their manager.</param>
/// <param name="Moved">
/// Workers whom time, or taking something back, has put elsewhere than was noted. They are decided when that is noted: who their manager
/// is had been looked up by it.
/// </param>
/// <param name="Deleted">Workers whose identity is deleted, whom others may name as their manager.</param>
public sealed record WorkerDecisions(
    Changes Changes,
    IReadOnlyList<DecidedWorker> Decided,
    IReadOnlyList<StoredEvent> Events,
    IReadOnlyList<(string WorkerId, Exception Why)> Failed,
    IReadOnlyList<string> Appeared,
    IReadOnlyList<WorkerPlace> Moved,
    IReadOnlyList<string> Deleted)
{
    /// <summary>What receivers are to be told.</summary>
    public IReadOnlyList<Notification> Told { get; init; } = [];

    /// <summary>Workers of whom the mapping makes no user; with what is theirs as it was, but for access that ends.</summary>
    public IReadOnlyList<Quarantined> Unmapped { get; init; } = [];

    /// <summary>Workers of whom it does.</summary>
    public IReadOnlyList<string> Mapped { get; init; } = [];

    /// <summary>What was decided about each worker, by the id of the resource.</summary>
    public required IReadOnlyDictionary<string, Intent> Intents { get; init; }
}

/// <summary>Loads what a decision about some workers needs, asks the pure code, and collects the changes. Writes nothing.</summary>
public sealed class WorkerDecider
{
    // How long a worker about whom nothing can be decided is left alone: long enough for somebody to mend the record.
    private static readonly Duration AfterFailure = Duration.FromHours(1);
    private static readonly string[] RenamedBy = ["givenName", "familyName", "legalGivenName", "legalFamilyName"];
    private readonly BridgeConfiguration _configuration;
    private readonly ResourceType _user;
    private readonly IDateTimeZoneProvider _zones;
    private readonly RuledMemberships _memberships;

    /// <summary>Creates the decider.</summary>
    public WorkerDecider(BridgeConfiguration configuration, SchemaCatalog catalog, IDateTimeZoneProvider zones, RuledMemberships memberships)
    {
        _configuration = configuration;
        _user = catalog.User;
        _zones = zones;
        _memberships = memberships;
    }

    /// <summary>
    /// Names that were offered by earlier decisions and are not looked up, because nothing of these is written; null where everything is.
    /// </summary>
    internal HashSet<string>? Offered { get; init; }

    /// <summary>Decides workers of one source and one batch.</summary>
    public async Task<WorkerDecisions> DecideAsync(
        Session session, string source, List<DueWorker> due, IReadOnlyCollection<string> targets, Instant now, CancellationToken cancel)
    {
        var changes = new Changes(now, $"hr:{source}", due[0].Correlation, targets)
        {
            KeepsNames = true,
            NamesFreeBefore = NamesFreeBefore(now),
        };
        var mastered = await ResourceStore.ClientMasteredAsync(session, due.ConvertAll(w => w.ResourceId), cancel);
        var tried = due.AsParallel().AsOrdered().Select(w => Try(w, [.. mastered[w.ResourceId]], now)).ToList();
        var cases = tried.Where(t => t.Case is { IsElsewhere: false }).Select(t => t.Case!).ToList();
        var moved = tried.Where(t => t.Case is { IsElsewhere: true }).Select(t => t.Case!.Place).ToList();
        // Only single facts have come in so far, and too few to make a worker of.
        var unknown = tried.Where(t => t is { Case: null, Why: null }).Select(t => t.Due).ToList();
        var failed = tried.Where(t => t.Why is not null).Select(t => (t.Due, Why: t.Why!)).ToList();
        await NameAsync(session, cases, changes.NamesFreeBefore, cancel);
        var written = cases.AsParallel().AsOrdered().Select(c => (Case: c, Write: c.Intent.Exists ? TryUser(source, c) : null)).ToList();
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
            Told = Told(source, events.Concat(cases.Where(c => c.IsWelcome).Select(c => WorkerEvents.Prepared(c.Due, c.Worker, now))), now),
            Unmapped = unmapped.ConvertAll(c => Quarantine(source, c, now)),
            Mapped = [.. cases.Where(c => c.Failure is null).Select(c => c.Due.WorkerId)],
            Intents = cases.ToDictionary(c => c.Due.ResourceId, c => c.Intent, StringComparer.Ordinal),
        };
    }

    private List<Notification> Told(string source, IEnumerable<StoredEvent> events, Instant now) =>
    [
        .. from e in events
           from receiver in _configuration.Options.Notifications
           where receiver.Value.Events.Contains(e.Type)
           select new Notification(ResourceId.New(now), receiver.Key, source, e, Attempts: 0),
    ];

    private long NamesFreeBefore(Instant now) =>
        _configuration.Options.Mapping.ReuseAfterDays is { } days ? (now - Duration.FromDays(days)).ToMicroseconds() : long.MinValue;

    private static long? NextAt(WorkerCase c, Dictionary<string, Instant> ends, Instant now)
    {
        var next = Next(c, ends)?.ToMicroseconds();
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
        // Who has no user is in no group; whoever cannot be decided keeps what they have.
        var known = workers.Where(w => w.ResourceVersion > 0).ToList();
        var mastered = await ResourceStore.ClientMasteredAsync(session, known.ConvertAll(w => w.ResourceId), cancel);
        var cases = known.AsParallel().AsOrdered().Select(w => Try(w, [.. mastered[w.ResourceId]], now).Case).OfType<WorkerCase>().ToList();
        await NameAsync(session, cases, NamesFreeBefore(now), cancel);
        cases.AsParallel().Where(c => c.Intent.Exists).ForAll(c => TryUser(source, c));
        var byId = known.ToDictionary(w => w.ResourceId, StringComparer.Ordinal);
        return (await _memberships.LossesAsync(session, cases.ConvertAll(Member), instead, now, cancel))
            .ConvertAll(l => (byId[l.MemberId], l.GroupId));
    }

    private static MemberCase Member(WorkerCase c) => new(c.Due.ResourceId, c.Mapped, c.Worker, c.Intent);

    // What a rule gives for a time is taken back by a decision at its end.
    private static Instant? Next(WorkerCase c, Dictionary<string, Instant> ends) =>
        !ends.TryGetValue(c.Due.ResourceId, out var end) ? c.NextChange
        : c.NextChange is { } change ? Instant.Min(end, change)
        : end;

    // One worker whose record cannot be understood must not hold up the others.
    private (DueWorker Due, WorkerCase? Case, Exception? Why) Try(
        DueWorker due, IReadOnlyCollection<string> clientMastered, Instant now)
    {
        try
        {
            return (due, Case(due, clientMastered, now), null);
        }
        catch (Exception e) when (e is JsonException or DateTimeZoneNotFoundException or ArgumentException or OverflowException or InvalidOperationException)
        {
            return (due, null, e);
        }
    }

    private WorkerCase? Case(DueWorker due, IReadOnlyCollection<string> clientMastered, Instant now)
    {
        var before = due.Access is null ? (AccessState?)null : Enum.Parse<AccessState>(due.Access);
        var hasIdentity = due.ResourceVersion > 0;
        var current = At(due.Assertions, now);
        if (current is null && !hasIdentity)
            return null;
        // Who was brought in by what has been taken back is as somebody who never came.
        var worker = current ?? Worker.At(
            WorkerFactsJson.Read(due.Assertions.Last(a => !a.Partial).Facts) with { Status = EmploymentStatus.Discarded }, now, _zones, Preparation) with
        {
            OverSince = due.Assertions.Max(a => a.RetractedAt ?? a.RecordedAt),
        };
        var body = due.ResourceBody is null ? null : JsonNode.Parse(due.ResourceBody)!.AsObject();
        var change = new LifecycleChange(before, hasIdentity, worker)
        {
            WasUsable = body?["active"]?.GetValue<bool>() ?? false,
            EndedAt = due.EndedAt is { } ended ? Microseconds.ToInstant(ended) : null,
        };
        var intent = LifecycleDecision.Decide(change, _configuration.Policy);
        var managerId = ManagerOf(due, now);
        return new WorkerCase(due, worker, intent, body)
        {
            ManagerId = managerId,
            AwaitsManager = managerId is null && worker.Facts.ManagerId is not null && due.ManagerResourceId != due.ResourceId,
            ClientMastered = clientMastered,
            UserName = (clientMastered.Contains("userName") ? null : worker.Facts.UserName) ?? body?["userName"]?.GetValue<string>(),
            IsWelcome = Welcome.IsDue(change, intent),
            Events = WorkerEvents.Of(due, before, current, now, _zones, At),
        };
    }

    private Preparation Preparation => _configuration.Policy.Preparation;

    private Worker? At(IEnumerable<Assertion> assertions, Instant now) => Timeline.Of(assertions, Instant.MaxValue).At(now, _zones, Preparation);

    // A manager who will have an identity as soon as they are decided can be named already: the order of the feed does not matter.
    private string? ManagerOf(DueWorker due, Instant now)
    {
        // The head of a company is often named as their own manager.
        if (due.ManagerResourceId == due.ResourceId)
            return null;
        if (due.ManagerResourceId is null || due.ManagerHasResource)
            return due.ManagerResourceId;
        return At(due.ManagerAssertions, now) is { } manager
            && LifecycleDecision.Decide(new LifecycleChange(Before: null, HasIdentity: false, manager), _configuration.Policy).Exists
                ? due.ManagerResourceId
                : null;
    }

    // Everybody who needs a name offers the best candidate that is left; one look-up a round tells which are taken.
    private async Task NameAsync(Session session, List<WorkerCase> cases, long freeBefore, CancellationToken cancel)
    {
        var taken = Offered ?? new HashSet<string>(StringComparer.Ordinal);
        await ClaimAsync(session, cases, taken, freeBefore, cancel);
        var open = cases.Where(c => c.Intent.Exists && c.Failure is null && (c.UserName is null || IsToBeRenamed(c)))
            .Select(c => (Case: c, Names: _configuration.Mapping.UserNames.For(c.Worker.Facts).GetEnumerator()))
            .ToList();
        while (open.Count > 0)
        {
            var offers = new List<(WorkerCase Case, IEnumerator<string> Names, string Key)>();
            foreach (var (c, names) in open)
            {
                if (Offer(c, names, taken) is { } key)
                    offers.Add((c, names, key));
            }

            var isTaken = await TakenAsync(session, offers.ConvertAll(o => (o.Key, o.Names.Current, o.Case.Due.ResourceId)), freeBefore, cancel);
            open.Clear();
            foreach (var (c, names, key) in offers)
            {
                if (isTaken(key))
                    open.Add((c, names));
                else
                    c.UserName = names.Current;
            }
        }
    }

    // The next candidate that nobody of the batch has; null where the worker has none, because a candidate fails.
    private static string? Offer(WorkerCase c, IEnumerator<string> names, HashSet<string> taken)
    {
        try
        {
            string key;
            do
            {
                // The sequence of candidates has no end.
                names.MoveNext();
                key = NameFolding.Key(names.Current);
            }
            while (!taken.Add(key));
            return key;
        }
        catch (MappingException e)
        {
            c.Failure = e;
            return null;
        }
    }

    // Names that HR gives are not made here, and are unique all the same: who is given another's is in quarantine until HR says otherwise.
    private async Task ClaimAsync(Session session, List<WorkerCase> cases, HashSet<string> taken, long freeBefore, CancellationToken cancel)
    {
        var claims = cases.Where(c => c.Intent.Exists && c.IsClaim).Select(c => (Case: c, Key: NameFolding.Key(c.UserName!))).ToList();
        if (claims.Count == 0)
            return;
        var isTaken = await TakenAsync(session, claims.ConvertAll(c => (c.Key, c.Case.UserName!, c.Case.Due.ResourceId)), freeBefore, cancel);
        foreach (var (c, key) in claims)
        {
            if (!taken.Add(key) || isTaken(key))
                c.Failure = new MappingException("userName", "Another user has this user name, or had it.");
        }
    }

    // Which of the names are somebody else's. Names that stood in the directory before there were folded ones are found as they are indexed.
    private async Task<Func<string, bool>> TakenAsync(
        Session session, List<(string Key, string Name, string ResourceId)> names, long freeBefore, CancellationToken cancel)
    {
        var known = await UserNameStore.FindAsync(session, names.ConvertAll(n => n.Key), cancel);
        var taken = names.Where(n => known.TryGetValue(n.Key, out var one)
            && one.ResourceId != n.ResourceId && (one.ReleasedAt is not { } since || since >= freeBefore)).Select(n => n.Key).ToHashSet(StringComparer.Ordinal);
        var accented = names.Where(n => !Ascii.IsValid(n.Name) && !known.ContainsKey(n.Key))
            .ToLookup(n => IndexedKey.OfUserName(n.Name, _user), n => n.Key, StringComparer.Ordinal);
        if (accented.Count > 0)
        {
            var indexed = await ResourceStore.TakenAsync(session, _user.Name, IndexedKey.UserNamePath, [.. accented.Select(a => a.Key)], cancel);
            taken.UnionWith(indexed.SelectMany(i => accented[i]));
        }

        return taken.Contains;
    }

    private bool IsToBeRenamed(WorkerCase c) =>
        _configuration.Options.Mapping.OnRename == RenameAction.Rename && c.IsRenamed && !c.IsClaim && c.Worker.Facts.UserName is null
        && !c.ClientMastered.Contains("userName");

    // What is to be written of the worker's user; null where it is as it should be, or where the mapping fails.
    private ResourceWrite? TryUser(string source, WorkerCase c)
    {
        if (c.Failure is null)
        {
            try
            {
                return User(source, c);
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
    private ResourceWrite? User(string source, WorkerCase c)
    {
        var email = c.Worker.Facts.WorkEmail
            ?? (_configuration.Options.Mapping.UserNameIsEmail && c.UserName!.Contains('@', StringComparison.Ordinal) ? c.UserName : null);
        var body = UserMapping.Map(
            c.Worker, c.Intent, c.UserName!, email, c.ManagerId, c.Body, c.ClientMastered, _configuration.Mapping.User,
            _configuration.Mapping.WithLegalName, Aliases(c, email));
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

    /// <summary>One worker on the way through the decision.</summary>
    private sealed record WorkerCase(DueWorker Due, Worker Worker, Intent Intent, JsonObject? Body)
    {
        public string? ManagerId { get; init; }

        public bool AwaitsManager { get; init; }

        public bool IsWelcome { get; init; }

        public required IReadOnlyCollection<string> ClientMastered { get; init; }

        public string? UserName { get; set; }

        /// <summary>The user as it is about to be; null before it was made.</summary>
        public JsonObject? Mapped { get; set; }

        public MappingException? Failure { get; set; }

        // HR says what the user name is, and it is another than before.
        public bool IsClaim => UserName is not null
            && (Body?["userName"]?.GetValue<string>() is not { } before || NameFolding.Key(before) != NameFolding.Key(UserName));

        // A record since the last decision speaks of another name.
        public bool IsRenamed => Body is not null && Events.Any(
            e => RenamedBy.Any(name => e.Changed.Contains($"\"{name}\"", StringComparison.Ordinal)));

        public required IReadOnlyList<StoredEvent> Events { get; init; }

        public WorkerPlace Place => Due.Place with
        {
            Department = Worker.Facts.Department, Country = Worker.Facts.Country, ManagerId = Worker.Facts.ManagerId,
        };

        public bool IsElsewhere => Place != Due.Place;

        /// <summary>When to decide again with no new record: the worker becomes another, or policy has waited long enough.</summary>
        public Instant? NextChange =>
            Worker.NextChange is { } worker && Intent.NextChange is { } policy ? Instant.Min(worker, policy) : Worker.NextChange ?? Intent.NextChange;

        public long LastSeq => Due.Assertions.Count == 0 ? 0 : Due.Assertions.Max(a => a.Seq);
    }
}
