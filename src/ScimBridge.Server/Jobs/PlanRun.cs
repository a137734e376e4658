using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Safety;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// One making of a plan: decides workers chunk by chunk as <see cref="DecideWorkers"/> would, writes nothing, and says of each chunk what would
/// happen at the bridge and at each target. The same input over the same data gives the same items in the same order.
/// </summary>
internal sealed class PlanRun
{
    private const int WorkersAtOnce = 2_000;
    private const string RuleOrigin = "rule:";
    private readonly PlanInput _input;
    private readonly Database _database;
    private readonly WorkerDecider _decider;
    private readonly string _correlation;
    private readonly string[] _marked;
    private readonly List<PlannedTarget> _targets;

    // Groups by the id that they have, or would have, in this run: their keys.
    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _newGroups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly HashSet<(string GroupId, string MemberId)> _changedMembers = [];
    private readonly PlannedCourse? _course;
    private readonly HashSet<string> _reinstated = new(StringComparer.Ordinal);
    private long _suspects;

    /// <summary>Prepares a run.</summary>
    /// <param name="input">What it goes by.</param>
    /// <param name="database">Where it reads.</param>
    /// <param name="zones">The time zones.</param>
    /// <param name="time">For the targets that are asked what they can do.</param>
    /// <param name="correlation">What the decisions belong to where they are written.</param>
    /// <param name="marked">The targets at which the decisions fall due where they are written.</param>
    public PlanRun(
        PlanInput input, Database database, IDateTimeZoneProvider zones, TimeProvider time, string correlation = "", string[]? marked = null)
    {
        _input = input;
        _database = database;
        // Where everybody is planned for, the rules are those of the configuration that is tried; a batch is decided by the rules in force.
        var rules = new GroupBook(input.Configuration, input.Configuration.Catalog, database) { AsWanted = input.All };
        var policies = new PolicyBook(input.Configuration, database) { AsWanted = input.All };
        _course = input.From is null ? null : new PlannedCourse();
        var grants = new GrantBook(input.Configuration, input.Configuration.Catalog, database) { AsWanted = input.All };
        _decider = new WorkerDecider(
            input.Configuration, input.Configuration.Catalog, zones, policies, grants, new RuledMemberships(rules, input.Configuration.Catalog, zones)
            {
                AlsoSuspended = input.Batch?.Suspended ?? [], Course = _course,
            },
            new HashSet<string>(StringComparer.Ordinal));
        _correlation = correlation;
        _marked = marked ?? [];
        _targets = [.. input.Configuration.Targets.Select(t => new PlannedTarget(t, time, input.Compared.Contains(t.Name)))];
    }

    /// <summary>Workers about whom nothing can be decided.</summary>
    public List<(string Source, string WorkerId)> Failed { get; } = [];

    /// <summary>Runs.</summary>
    public async IAsyncEnumerable<PlanChunk> RunAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var source in _input.Configuration.Sources)
        {
            await foreach (var chunk in _course is null ? DecideAsync(source.Name, cancel) : WalkAsync(source.Name, _course, cancel))
                yield return chunk;
        }

        if (_course is not null)
            yield return await _database.ReadAsync(s => EndAsync(s, _course, cancel), cancel);

        foreach (var target in _targets)
        {
            var items = await _database.ReadAsync(s => target.SettleAsync(s, _changed, _changedMembers, KeyOfGroupsAsync, cancel), cancel);
            yield return new PlanChunk(Source: null, items, [], Decisions: null, []);
        }

        if (!_targets.Exists(t => t.IsCompared))
            yield break;
        await foreach (var chunk in CompareAsync(cancel))
            yield return chunk;
    }

    // What stays as it is at the bridge itself is read once for all targets.
    private async IAsyncEnumerable<PlanChunk> CompareAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var (type, kind) in new[] { ("User", AccountKind.User), ("Group", AccountKind.Group) })
        {
            for (string? next = ""; next is { } after;)
            {
                (next, var items) = await _database.ReadAsync(s => CompareAsync(s, type, kind, after, cancel), cancel);
                yield return new PlanChunk(Source: null, items, [], Decisions: null, items.ConvertAll(PlannedTarget.MarkOf));
            }
        }

        for ((string Group, string Member)? next = ("", ""); next is { } after;)
        {
            (next, var items) = await _database.ReadAsync(s => CompareAsync(s, after, cancel), cancel);
            yield return new PlanChunk(Source: null, items.ConvertAll(i => i.Item), [], Decisions: null, items.ConvertAll(i => i.Mark));
        }
    }

    private async Task<(string? Next, List<PlanItem> Items)> CompareAsync(
        Session session, string type, AccountKind kind, string after, CancellationToken cancel)
    {
        var page = await PlanStore.ResourcesAsync(session, type, after, WorkersAtOnce, cancel);
        var resources = page.Where(r => !_changed.Contains(r.Row.Id)).AsParallel().AsOrdered()
            .Select(r => new ComparedResource(r.Row, kind, JsonNode.Parse(r.Row.Body)!.AsObject(), r.Source, r.WorkerId, r.Department)).ToList();
        var keys = kind == AccountKind.Group ? await KeyOfGroupsAsync(session, resources.Select(r => r.Row.Id), cancel) : _groups;
        var items = new List<PlanItem>();
        foreach (var target in _targets.Where(t => t.IsCompared))
            items.AddRange(await target.CompareAsync(session, resources, keys, cancel));
        return (page.Count < WorkersAtOnce ? null : page[^1].Row.Id, items);
    }

    private async Task<((string, string)? Next, List<(PlanItem Item, DueMark Mark)> Items)> CompareAsync(
        Session session, (string Group, string Member) after, CancellationToken cancel)
    {
        var page = await PlanStore.MembershipsAsync(session, after.Group, after.Member, WorkersAtOnce, cancel);
        var members = page.Where(m => !_changedMembers.Contains((m.GroupId, m.MemberId)))
            .Select(m => new ComparedMember(m.GroupId, m.MemberId, m.Source, m.WorkerId, m.Department)).ToList();
        var keys = await KeyOfGroupsAsync(session, members.Select(m => m.GroupId), cancel);
        var items = new List<(PlanItem Item, DueMark Mark)>();
        foreach (var target in _targets.Where(t => t.IsCompared))
            items.AddRange(await target.CompareAsync(session, members, keys, cancel));
        return (page.Count < WorkersAtOnce ? null : (page[^1].GroupId, page[^1].MemberId), items);
    }

    private async IAsyncEnumerable<PlanChunk> DecideAsync(string source, [EnumeratorCancellation] CancellationToken cancel)
    {
        var workers = new PlannedWorkers(source, BatchOf(source));
        var decided = new HashSet<string>(StringComparer.Ordinal);
        var appeared = new List<string>();
        await foreach (var ids in IdsAsync(source, cancel))
        {
            decided.UnionWith(ids);
            await foreach (var chunk in DecideAsync(source, workers, ids, cancel))
            {
                appeared.AddRange(chunk.Decisions!.Appeared);
                yield return chunk;
            }
        }

        // Who was decided while their manager was not known is decided again when the manager appears.
        if (_input.All || appeared.Count == 0)
            yield break;
        var waiting = await _database.ReadAsync(s => WorkerStore.AwaitingAsync(s, source, appeared, cancel), cancel);
        foreach (var ids in waiting.Where(decided.Add).Chunk(WorkersAtOnce))
        {
            await foreach (var chunk in DecideAsync(source, workers, ids, cancel))
                yield return chunk;
        }
    }

    private async IAsyncEnumerable<string[]> IdsAsync(string source, [EnumeratorCancellation] CancellationToken cancel)
    {
        var added = BatchOf(source)?.Workers;
        foreach (var ids in (added?.Keys.AsEnumerable() ?? []).Chunk(WorkersAtOnce))
            yield return ids;
        if (!_input.All)
        {
            var due = await _database.ReadAsync(s => WorkerStore.DueByAsync(s, source, _input.At.ToMicroseconds(), cancel), cancel);
            foreach (var ids in due.Where(id => added?.ContainsKey(id) != true).Chunk(WorkersAtOnce))
                yield return ids;
            yield break;
        }

        for (long after = -1; ;)
        {
            var page = await _database.ReadAsync(s => WorkerStore.PageAsync(s, source, after, WorkersAtOnce, cancel), cancel);
            if (page.Count == 0)
                yield break;
            after = page[^1].Number;
            yield return [.. page.Select(w => w.WorkerId).Where(id => added?.ContainsKey(id) != true)];
        }
    }

    // Everything that falls due by the date, in its order: each decision rests on those before it, and what is shown is what they all come to.
    private async IAsyncEnumerable<PlanChunk> WalkAsync(string source, PlannedCourse course, [EnumeratorCancellation] CancellationToken cancel)
    {
        var agenda = new PlannedAgenda(_input.From!.Value, _input.At);
        foreach (var (number, id, at) in await _database.ReadAsync(s => WorkerStore.DueTimesAsync(s, source, _input.At.ToMicroseconds(), cancel), cancel))
            agenda.Add(number, id, Microseconds.ToInstant(at));
        var workers = new PlannedWorkers(source, batch: null);
        var failed = new HashSet<string>(StringComparer.Ordinal);
        while (agenda.Next(WorkersAtOnce) is var (now, ids))
        {
            course.Now = now;
            var due = (await _database.ReadAsync(s => workers.LoadAsync(s, ids, cancel), cancel)).ConvertAll(course.Over);
            while (due.Count > 0)
            {
                var (decisions, reports) = await _database.ReadAsync(s => StepAsync(s, source, course, due, cancel), cancel);
                var numbers = due.ToDictionary(w => w.WorkerId, w => w.Number, StringComparer.Ordinal);
                var undecided = decisions.Failed.Select(f => f.WorkerId).Concat(decisions.Unmapped.Select(u => u.WorkerId)).ToHashSet(StringComparer.Ordinal);
                Failed.AddRange(decisions.Failed.Where(f => failed.Add(f.WorkerId)).Select(f => (source, f.WorkerId)));
                foreach (var decided in decisions.Decided.Where(d => d.NextAt is not null))
                    agenda.AddAfter(numbers[decided.WorkerId], decided.WorkerId, Microseconds.ToInstant(decided.NextAt!.Value), isDoubtful: undecided.Contains(decided.WorkerId));
                foreach (var (number, id, _) in reports)
                    agenda.Add(number, id, now);
                due = decisions.Moved.Count == 0 ? []
                    : (await _database.ReadAsync(s => workers.MoveAsync(s, due, decisions.Moved, cancel), cancel)).ConvertAll(course.Over);
            }
        }

        foreach (var some in course.Lives.Values.Where(l => l.Source == source).OrderBy(l => l.First.Number).Chunk(WorkersAtOnce))
            yield return await _database.ReadAsync(s => ArriveAsync(s, source, some, cancel), cancel);
    }

    private async Task<(WorkerDecisions Decisions, List<(long Number, string WorkerId, bool AwaitsManager)> Reports)> StepAsync(
        Session session, string source, PlannedCourse course, List<DueWorker> due, CancellationToken cancel)
    {
        var decisions = await _decider.DecideAsync(session, source, due, _marked, course.Now, cancel);
        foreach (var group in await course.NoteAsync(session, source, due, decisions, cancel))
            _groups[group.Id] = KeyOf(group.Origin, group.Id);
        // Who names somebody who has appeared, or is no more, is decided again.
        var appeared = (await WorkerStore.ReportsAsync(session, source, decisions.Appeared, cancel)).FindAll(r => course.AwaitsManager(source, r.WorkerId) ?? r.AwaitsManager);
        return (decisions, [.. appeared, .. await WorkerStore.ReportsAsync(session, source, decisions.Deleted, cancel)]);
    }

    // What the workers have become by the date, against what they are.
    private async Task<PlanChunk> ArriveAsync(Session session, string source, PlannedLife[] lives, CancellationToken cancel)
    {
        var user = _input.Configuration.Catalog.User;
        var resources = new List<PlannedResource>();
        foreach (var life in lives)
        {
            var before = life.First.ResourceBody is { } body ? JsonNode.Parse(body)!.AsObject() : null;
            if (life.Body is null)
            {
                if (before is not null)
                    resources.Add(PlannedResource.Deleted(ResourceWriter.Delete(user, life.First.ResourceId, life.First.ResourceVersion, before), source, life.First, life.Intent!));
                continue;
            }

            var after = JsonNode.Parse(life.Body)!.AsObject();
            if (JsonNode.DeepEquals(before, after))
                continue;
            var write = before is null ? ResourceWriter.Create(user, life.First.ResourceId, after, origin: null, life.Intent!.Lane)
                : ResourceWriter.Update(user, life.First.ResourceId, life.First.ResourceVersion, before, after, life.Intent!.Lane);
            resources.Add(PlannedResource.OfWorker(source, life.First, write, life.Intent) with { Steps = life.Steps });
        }

        var moves = lives.SelectMany(l => l.Moves(_input.At).Select(m => (Life: l, Move: m))).ToList();
        var keys = await KeyOfGroupsAsync(session, moves.Select(m => m.Move.GroupId), cancel);
        var members = moves.ConvertAll(m => m.Move is { Joins: false, Intent: null }
            ? PlannedMember.Ending(m.Life.First.ResourceId, m.Move.GroupId, keys[m.Move.GroupId], source, m.Life.First.WorkerId, m.Life.First.Place.Department)
            : PlannedMember.Of(
                new MembershipWrite(m.Move.GroupId, m.Life.First.ResourceId, m.Move.Joins, ByRule: true, Lane.Change), keys[m.Move.GroupId], source, m.Life.First, m.Move.Intent));
        return await ShownAsync(session, source, resources, members, lives.ToDictionary(l => l.First.ResourceId, l => l.First, StringComparer.Ordinal), cancel);
    }

    // The groups that were made on the way, whoever is in them by the date; and the memberships that somebody was given for a time, of those about whom
    // nothing is decided until then.
    private async Task<PlanChunk> EndAsync(Session session, PlannedCourse course, CancellationToken cancel)
    {
        var groups = new List<PlannedResource>();
        foreach (var made in course.Groups)
        {
            if (await GroupAsync(session, made, cancel) is { } group)
                groups.Add(group);
        }

        var ending = (await MembershipStore.EndingAsync(session, _input.At.ToMicroseconds(), cancel))
            .FindAll(m => !m.Membership.ByRule && !course.Lives.ContainsKey(m.Membership.MemberId));
        var keys = await KeyOfGroupsAsync(session, ending.Select(m => m.Membership.GroupId), cancel);
        var members = ending.ConvertAll(m => PlannedMember.Ending(
            m.Membership.MemberId, m.Membership.GroupId, keys[m.Membership.GroupId], m.Source, m.WorkerId, m.Department));
        return await ShownAsync(session, source: null, groups, members, [], cancel);
    }

    private async Task<PlanChunk> ShownAsync(
        Session session, string? source, List<PlannedResource> resources, List<PlannedMember> members, Dictionary<string, DueWorker> byResource, CancellationToken cancel)
    {
        _changed.UnionWith(resources.Select(r => r.Id));
        _changedMembers.UnionWith(members.Select(m => (m.GroupId, m.MemberId)));
        var items = resources.ConvertAll(r => r.Item);
        items.AddRange(members.Select(m => m.Item));
        foreach (var target in _targets)
            items.AddRange(await target.PlanAsync(session, resources, members, cancel));
        return new PlanChunk(source, items, source is null ? [] : Suspects(resources, members, byResource), Decisions: null, []);
    }

    // Whom time has put elsewhere is decided in a second step, when that is taken for noted; see WorkerDecisions.Moved.
    private async IAsyncEnumerable<PlanChunk> DecideAsync(
        string source, PlannedWorkers workers, string[] ids, [EnumeratorCancellation] CancellationToken cancel)
    {
        var due = await _database.ReadAsync(s => workers.LoadAsync(s, ids, cancel), cancel);
        while (due.Count > 0)
        {
            due = due.ConvertAll(w => w with { Correlation = _correlation });
            var chunk = await _database.ReadAsync(s => DecideAsync(s, source, due, cancel), cancel);
            yield return chunk;
            var moved = chunk.Decisions!.Moved;
            due = moved.Count == 0 ? [] : await _database.ReadAsync(s => workers.MoveAsync(s, due, moved, cancel), cancel);
        }
    }

    private async Task<PlanChunk> DecideAsync(Session session, string source, List<DueWorker> due, CancellationToken cancel)
    {
        var decisions = await _decider.DecideAsync(session, source, due, _marked, _input.At, cancel);
        Failed.AddRange(decisions.Failed.Select(f => (source, f.WorkerId)));
        var byResource = due.ToDictionary(w => w.ResourceId, StringComparer.Ordinal);
        var changes = decisions.Changes;
        var resources = changes.Resources.Where(w => byResource.ContainsKey(w.Id)).AsParallel().AsOrdered()
            .Select(w => PlannedResource.OfWorker(source, byResource[w.Id], w, decisions.Intents[w.Id])).ToList();
        foreach (var write in changes.Resources.Where(w => !byResource.ContainsKey(w.Id)))
        {
            if (await GroupAsync(session, write, cancel) is { } group)
                resources.Add(group);
        }

        resources.AddRange(changes.Deletes.Select(PlannedResource.Deleted));
        var keys = await KeyOfGroupsAsync(session, changes.Memberships.Select(m => m.GroupId), cancel);
        var members = changes.Memberships.ConvertAll(m => PlannedMember.Of(
            m, keys[m.GroupId], source, byResource.GetValueOrDefault(m.MemberId), decisions.Intents.GetValueOrDefault(m.MemberId)));
        var chunk = await ShownAsync(session, source, resources, members, byResource, cancel);
        var reinstated = (decisions.Accounts?.Reinstated ?? []).Where(d => _reinstated.Add(d.Row.Account.Id)).Select(PlannedReinstatement.Of);
        return chunk with { Items = [.. chunk.Items, .. reinstated], Decisions = decisions };
    }

    // A group that an earlier chunk would have made already is made once.
    private async Task<PlannedResource?> GroupAsync(Session session, ResourceWrite write, CancellationToken cancel)
    {
        if (write.ReadVersion > 0)
            return PlannedResource.OfGroup((await KeyOfGroupsAsync(session, [write.Id], cancel))[write.Id], write);
        var key = KeyOf(write.Origin, write.Id);
        _groups[write.Id] = key;
        return _newGroups.Add(key) ? PlannedResource.OfGroup(key, write) : null;
    }

    private async Task<IReadOnlyDictionary<string, string>> KeyOfGroupsAsync(Session session, IEnumerable<string> ids, CancellationToken cancel)
    {
        var unknown = ids.Where(id => !_groups.ContainsKey(id)).Distinct(StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
        {
            var rows = await ResourceStore.FindAsync(session, unknown, cancel);
            foreach (var id in unknown)
                _groups[id] = KeyOf(rows.GetValueOrDefault(id)?.Origin, id);
        }

        return _groups;
    }

    private static string KeyOf(string? origin, string id) =>
        origin?.StartsWith(RuleOrigin, StringComparison.Ordinal) == true ? origin[RuleOrigin.Length..] : id;

    private List<Suspect> Suspects(
        IEnumerable<PlannedResource> resources, IEnumerable<PlannedMember> members, Dictionary<string, DueWorker> byResource)
    {
        var effects = new Dictionary<string, Effect>(StringComparer.Ordinal);
        foreach (var (id, effect) in resources.Select(r => (r.Id, PlanSafety.EffectOf(r.Item.Operation, r.Intent)))
            .Concat(members.Select(m => (m.MemberId, PlanSafety.EffectOf(m.Item.Operation, m.Intent)))))
        {
            if (effect != Effect.None)
                effects[id] = effects.GetValueOrDefault(id) | effect;
        }

        return [.. effects.Select(e => new Suspect(++_suspects, e.Value, Strata(byResource.GetValueOrDefault(e.Key)?.Place)))];
    }

    private static List<string> Strata(WorkerPlace? place) =>
    [
        .. place?.Department is { } department ? ["department:" + department] : Array.Empty<string>(),
        .. place?.Country is { } country ? ["country:" + country] : Array.Empty<string>(),
    ];

    private PlannedBatch? BatchOf(string source) => _input.Batch is { } batch && batch.Source == source ? batch : null;
}

/// <summary>A resource that would be written or deleted.</summary>
/// <param name="Id">Its id, or what stands for it.</param>
/// <param name="Type">Name of the resource type.</param>
/// <param name="Body">The body as it would be; null where it is deleted.</param>
/// <param name="Intent">What was decided about its worker; null where it is of none.</param>
/// <param name="Item">What would happen at the bridge itself.</param>
internal sealed record PlannedResource(string Id, string Type, JsonObject? Body, Intent? Intent, PlanItem Item)
{
    /// <summary>What it would have been in between, on the way to the date of a plan: an account comes to be by any of them.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>The resource of the manager whom the body names.</summary>
    public string? ManagerId { get; } = Body is null ? null : AccountMapping.ManagerOf(Body);

    public static PlannedResource OfWorker(string source, DueWorker worker, ResourceWrite write, Intent intent)
    {
        var (operation, attributes) = write.ReadVersion == 0 ? (PlannedOperation.Create, []) : Change(worker.ResourceBody!, write);
        return new PlannedResource(write.Id, write.Type, JsonNode.Parse(write.Body)!.AsObject(), intent, new PlanItem
        {
            Subject = $"{source}/{worker.WorkerId}",
            Source = source,
            WorkerId = worker.WorkerId,
            ResourceId = PlannedBatch.IsNotYet(write.Id) ? null : write.Id,
            Operation = operation,
            Rule = intent.Rule,
            Department = worker.Place.Department,
            Attributes = attributes,
            Basis = PlanBasis.Of(worker.Generation, write.ReadVersion, write.Body),
        });
    }

    public static PlannedResource OfGroup(string key, ResourceWrite write) => new(
        write.Id,
        write.Type,
        JsonNode.Parse(write.Body)!.AsObject(),
        Intent: null,
        new PlanItem
        {
            Subject = key,
            ResourceId = write.ReadVersion == 0 ? null : write.Id,
            Operation = write.ReadVersion == 0 ? PlannedOperation.Create : PlannedOperation.Update,
            Rule = PlannedMember.RuleOf(key) ?? "group",
            Attributes = Changed(write),
            Basis = PlanBasis.Of(write.ReadVersion, write.Body),
        });

    public static PlannedResource Deleted(ResourceDelete delete) => new(
        delete.Id,
        delete.Type,
        Body: null,
        Intent: null,
        new PlanItem
        {
            Subject = delete.Id, ResourceId = delete.Id, Operation = PlannedOperation.Delete, Rule = "deletion", Basis = PlanBasis.Of(delete.ReadVersion),
        });

    public static PlannedResource Deleted(ResourceDelete delete, string source, DueWorker worker, Intent intent) => new(
        delete.Id,
        delete.Type,
        Body: null,
        intent,
        new PlanItem
        {
            Subject = $"{source}/{worker.WorkerId}",
            Source = source,
            WorkerId = worker.WorkerId,
            ResourceId = delete.Id,
            Operation = PlannedOperation.Delete,
            Rule = intent.Rule,
            Department = worker.Place.Department,
            Basis = PlanBasis.Of(delete.ReadVersion),
        });

    private static (PlannedOperation, IReadOnlyList<string>) Change(string before, ResourceWrite write)
    {
        var names = Changed(write);
        bool? active = names.Contains("active") && JsonNode.Parse(write.Body)!["active"]?.GetValue<bool>() is { } now
            && JsonNode.Parse(before)!["active"]?.GetValue<bool>() != now ? now : null;
        return (PlannedOperations.Of(active, names.Contains("userName")), names);
    }

    private static string[] Changed(ResourceWrite write) =>
        [.. (JsonNode.Parse(write.Data)!["attributes"] as JsonArray ?? []).Select(n => n!.GetValue<string>())];
}

/// <summary>A membership that would begin or end.</summary>
internal sealed record PlannedMember(string GroupId, string MemberId, bool Joins, Intent? Intent, PlanItem Item)
{
    public static PlannedMember Of(MembershipWrite write, string key, string source, DueWorker? worker, Intent? intent)
    {
        // A rule that takes everybody out who has left is the lifecycle's; who works there is the group's own rule.
        var rule = intent is { Memberships: Memberships.None } ? intent.Rule : RuleOf(key) ?? intent?.Rule ?? "group";
        return new PlannedMember(write.GroupId, write.MemberId, write.Joins, intent, new PlanItem
        {
            Subject = worker is null ? write.MemberId : $"{source}/{worker.WorkerId}",
            Source = worker is null ? null : source,
            WorkerId = worker?.WorkerId,
            ResourceId = PlannedBatch.IsNotYet(write.MemberId) ? null : write.MemberId,
            Operation = write.Joins ? PlannedOperation.Gain : PlannedOperation.Lose,
            Rule = rule,
            Department = worker?.Place.Department,
            Group = key,
            Basis = PlanBasis.Of(worker?.Generation, write.Joins),
        });
    }

    /// <summary>A membership that was given for a time, which is over by then.</summary>
    public static PlannedMember Ending(string memberId, string groupId, string key, string? source, string? workerId, string? department) =>
        new(groupId, memberId, Joins: false, Intent: null, new PlanItem
        {
            Subject = workerId is null ? memberId : $"{source}/{workerId}",
            Source = workerId is null ? null : source,
            WorkerId = workerId,
            ResourceId = memberId,
            Operation = PlannedOperation.Lose,
            Rule = "until",
            Department = department,
            Group = key,
            Basis = PlanBasis.Of(memberId, groupId),
        });

    /// <summary>The kind of rule that made the group of that key; null where a client made it.</summary>
    public static string? RuleOf(string key) => key.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? key[..colon] : null;
}
