using System.Data.Common;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Storage.Stores;

/// <summary>What is known of a worker before a batch is read.</summary>
/// <param name="Number">The number within the source.</param>
/// <param name="RecordHash">Hash of the snapshot that was seen last; empty where there is none.</param>
/// <param name="ResourceId">Id of the worker's resource, whether it exists or not.</param>
public readonly record struct KnownWorker(long Number, string RecordHash, string ResourceId);

/// <summary>A worker as the reader of a feed finds managers by.</summary>
/// <param name="WorkerId">The source's key.</param>
/// <param name="ManagerId">The source's key of the manager.</param>
public readonly record struct Subordinate(string WorkerId, string? ManagerId);

/// <summary>Where a worker is in the company.</summary>
public readonly record struct WorkerPlace(string WorkerId, string ResourceId, string? Department, string? Country, string? ManagerId);

/// <summary>A worker who is due for a decision, with everything that the decision needs.</summary>
public sealed record DueWorker
{
    /// <summary>The source's key.</summary>
    public required string WorkerId { get; init; }

    /// <summary>Id of the worker's resource, whether it exists or not.</summary>
    public required string ResourceId { get; init; }

    /// <summary>The number within the source.</summary>
    public required long Number { get; init; }

    /// <summary>Settling touches the worker only while it still is of this generation.</summary>
    public required long Generation { get; init; }

    /// <summary>The last record that a decision has looked at; 0 before the first.</summary>
    public required long DecidedSeq { get; init; }

    /// <summary>When the last decision was made, in microseconds since 1970; 0 before the first.</summary>
    public required long DecidedAt { get; init; }

    /// <summary>Access state of the last decision; null before the first.</summary>
    public required string? Access { get; init; }

    /// <summary>Since when access is found to be over, in microseconds since 1970; null while it was not by the last decision.</summary>
    public required long? EndedAt { get; init; }

    /// <summary>The batch that spoke last.</summary>
    public required string Correlation { get; init; }

    /// <summary>Where the worker is, as noted with the last record.</summary>
    public required WorkerPlace Place { get; init; }

    /// <summary>When somebody ordered that access ends, whatever HR says, in microseconds since 1970; null where nobody has.</summary>
    public long? OrderedOutAt { get; init; }

    /// <summary>Everything that was ever said about the worker.</summary>
    public IReadOnlyList<Assertion> Assertions { get; init; } = [];

    /// <summary>Version of the resource; 0 where there is none.</summary>
    public required long ResourceVersion { get; init; }

    /// <summary>Body of the resource, where there is one.</summary>
    public required string? ResourceBody { get; init; }

    /// <summary>Resource id of the manager, where the manager is a known worker.</summary>
    public required string? ManagerResourceId { get; init; }

    /// <summary>Whether the manager's resource exists.</summary>
    public required bool ManagerHasResource { get; init; }

    /// <summary>The source's key of the manager's person, where the manager is a known worker.</summary>
    public required string? ManagerWorkerId { get; init; }

    /// <summary>What was said about the manager, where the manager is a known worker whose resource does not exist.</summary>
    public IReadOnlyList<Assertion> ManagerAssertions { get; init; } = [];
}

/// <summary>What was decided about a worker.</summary>
/// <param name="WorkerId">The source's key.</param>
/// <param name="Generation">The generation that the decision rests on.</param>
/// <param name="Access">The access state; null where none was ever decided.</param>
/// <param name="NextAt">When to decide again with no new record, in microseconds since 1970; null for never.</param>
/// <param name="AwaitsManager">The manager is not known yet.</param>
/// <param name="Seq">The last record that the decision has looked at.</param>
/// <param name="Rule">The rule that decided; null where none did, so that the last one stays.</param>
/// <param name="EndedAt">Since when access is found to be over, in microseconds since 1970; null while it is not.</param>
/// <param name="DeleteAt">When the identity will be deleted, in microseconds since 1970; null for never.</param>
public readonly record struct DecidedWorker(
    string WorkerId, long Generation, string? Access, long? NextAt, bool AwaitsManager, long Seq, string? Rule = null, long? EndedAt = null, long? DeleteAt = null);

/// <summary>What was decided last about a worker.</summary>
/// <param name="ResourceId">Id of the worker's resource, whether it exists or not.</param>
/// <param name="Access">The access state; null where none was ever decided.</param>
/// <param name="Rule">The rule that decided.</param>
/// <param name="NextAt">When it is decided again with no new record, in microseconds since 1970; null for never.</param>
/// <param name="DeleteAt">When the identity will be deleted, in microseconds since 1970; null for never.</param>
public sealed record LastDecision(string ResourceId, string? Access, string? Rule, long? NextAt, long? DeleteAt);

/// <summary>The workers and the records about them.</summary>
public static class WorkerStore
{
    /// <summary>The number that the next new worker of the source gets.</summary>
    public static async Task<long> NextNumberAsync(Session session, string source, CancellationToken cancel) =>
        await session.FirstAsync(
            "SELECT coalesce(max(number), -1) + 1 FROM worker WHERE source = @source", r => r.GetInt64(0), cancel, ("source", source));

    /// <summary>What is known of the given workers, by the key of the person.</summary>
    public static async Task<Dictionary<string, KnownWorker>> FindAsync(
        Session session, string source, IReadOnlyCollection<string> workerIds, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            "SELECT worker_id, number, record_hash, resource_id FROM worker WHERE source = @source AND " +
            session.Dialect.In("worker_id", "@ids"),
            r => KeyValuePair.Create(r.GetString(0), new KnownWorker(r.GetInt64(1), r.GetString(2), r.GetString(3))),
            cancel,
            ("source", source), ("ids", workerIds));
        return new Dictionary<string, KnownWorker>(found, StringComparer.Ordinal);
    }

    /// <summary>Whether a working relationship of the source has ever had a key other than its person's.</summary>
    public static async Task<bool> TellsPersonsAsync(Session session, string source, CancellationToken cancel) => await session.FirstAsync(
        "SELECT 1 FROM relationship WHERE source = @source LIMIT 1", r => r.GetInt32(0), cancel, ("source", source)) == 1;

    /// <summary>The keys of persons of the given working relationships, where they differ.</summary>
    public static async Task<Dictionary<string, string>> PersonsAsync(
        Session session, string source, IReadOnlyCollection<string> relationships, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            "SELECT relationship, worker_id FROM relationship WHERE source = @source AND " + session.Dialect.In("relationship", "@ids"),
            r => KeyValuePair.Create(r.GetString(0), r.GetString(1)),
            cancel,
            ("source", source), ("ids", relationships));
        return new Dictionary<string, string>(found, StringComparer.Ordinal);
    }

    /// <summary>Workers of the source whose users have one of the values under an indexed path, by value.</summary>
    public static Task<List<(string Value, string WorkerId)>> OfKeysAsync(
        Session session, string source, string path, IReadOnlyCollection<string> values, CancellationToken cancel) => session.QueryAsync(
        "SELECT t.value, w.worker_id FROM " +
        session.Dialect.ForEach("@values", "resource_key", "t.type = 'User' AND t.path = @path AND t.value = i.id") +
        " JOIN worker w ON w.resource_id = t.resource_id AND w.source = @source",
        r => (r.GetString(0), r.GetString(1)),
        cancel,
        ("source", source), ("path", path), ("values", values));

    /// <summary>Where the given workers are.</summary>
    public static Task<List<WorkerPlace>> PlacesAsync(
        Session session, string source, IReadOnlyCollection<string> workerIds, CancellationToken cancel) => session.QueryAsync(
        "SELECT worker_id, resource_id, department, country, manager_id FROM worker WHERE source = @source AND " +
        session.Dialect.In("worker_id", "@ids"),
        r => new WorkerPlace(r.GetString(0), r.GetString(1), Text(r, 2), Text(r, 3), Text(r, 4)),
        cancel,
        ("source", source), ("ids", workerIds));

    /// <summary>Notes where workers are from now on.</summary>
    public static Task PlaceAsync(Session session, string source, IEnumerable<WorkerPlace> places, CancellationToken cancel)
    {
        var rows = new Rows("source", "worker_id", "department", "country", "manager_id");
        foreach (var p in places)
            rows.Add(source, p.WorkerId, p.Department, p.Country, p.ManagerId);
        return session.ExecuteAsync(
            "UPDATE worker SET department = v.department, country = v.country, manager_id = v.manager_id " +
            "FROM ({rows}) AS v WHERE worker.source = v.source AND worker.worker_id = v.worker_id",
            rows,
            cancel);
    }

    /// <summary>The given workers with their managers: one step up.</summary>
    public static Task<List<Subordinate>> ManagersAsync(
        Session session, string source, IReadOnlyCollection<string> workerIds, CancellationToken cancel) => session.QueryAsync(
        "SELECT worker_id, manager_id FROM worker WHERE source = @source AND " + session.Dialect.In("worker_id", "@ids"),
        r => new Subordinate(r.GetString(0), Text(r, 1)),
        cancel,
        ("source", source), ("ids", workerIds));

    /// <summary>Workers of the source who are due for a decision, at most <paramref name="limit"/>, with their timelines.</summary>
    public static Task<List<DueWorker>> DueAsync(Session session, string source, long now, int limit, CancellationToken cancel) => LoadAsync(
        session,
        source,
        "SELECT * FROM worker WHERE source = @source AND decide_at <= @now ORDER BY decide_at LIMIT @limit",
        cancel,
        ("source", source), ("now", now), ("limit", limit));

    /// <summary>
    /// Workers of the source in the order of their numbers, from the one after <paramref name="after"/> on, with all that a decision about them
    /// would need.
    /// </summary>
    public static Task<List<DueWorker>> AfterAsync(Session session, string source, long after, int limit, CancellationToken cancel) => LoadAsync(
        session,
        source,
        "SELECT * FROM worker WHERE source = @source AND number > @after ORDER BY number LIMIT @limit",
        cancel,
        ("source", source), ("after", after), ("limit", limit));

    /// <summary>
    /// Makes workers due for a decision with no new record, in the order of source and number, from the one after <paramref name="after"/> on;
    /// answers with the last, or null where there is none left.
    /// </summary>
    public static async Task<(string Source, long Number)?> MarkAfterAsync(
        Session session, (string Source, long Number) after, long now, int limit, CancellationToken cancel)
    {
        var last = await session.FirstAsync(
            "SELECT source, number FROM worker WHERE (source, number) > (@source, @number) ORDER BY source, number LIMIT 1 OFFSET @skip",
            r => ((string, long)?)(r.GetString(0), r.GetInt64(1)),
            cancel,
            ("source", after.Source), ("number", after.Number), ("skip", limit - 1));
        last ??= await session.FirstAsync(
            "SELECT source, number FROM worker WHERE (source, number) > (@source, @number) ORDER BY source DESC, number DESC LIMIT 1",
            r => ((string, long)?)(r.GetString(0), r.GetInt64(1)),
            cancel,
            ("source", after.Source), ("number", after.Number));
        if (last is not { } end)
            return null;
        // A decision that is under way by what held before is not the last word: hence the generation.
        await session.ExecuteAsync(
            "UPDATE worker SET decide_at = CASE WHEN decide_at < @now THEN decide_at ELSE @now END, generation = generation + 1 " +
            "WHERE (source, number) > (@source, @number) AND (source, number) <= (@lastSource, @lastNumber)",
            cancel,
            ("source", after.Source), ("number", after.Number), ("now", now), ("lastSource", end.Item1), ("lastNumber", end.Item2));
        return end;
    }

    /// <summary>Makes workers due for a decision, whose users or memberships somebody else has changed; answers with how many that were.</summary>
    /// <param name="session">The transaction of the change.</param>
    /// <param name="changed">Ids of users that have changed.</param>
    /// <param name="joined">Ids of users who were put into a group; of these, only who is not simply at work has to be looked at.</param>
    /// <param name="now">Now, in microseconds since 1970.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<int> TouchAsync(
        Session session, IReadOnlyCollection<string> changed, IReadOnlyCollection<string> joined, long now, CancellationToken cancel)
    {
        const string touch = "UPDATE worker SET decide_at = CASE WHEN decide_at < @now THEN decide_at ELSE @now END, generation = generation + 1 WHERE ";
        var touched = changed.Count == 0 ? 0 : await session.ExecuteAsync(
            touch + session.Dialect.In("resource_id", "@ids"), cancel, ("now", now), ("ids", changed));
        return touched + (joined.Count == 0 ? 0 : await session.ExecuteAsync(
            touch + "(access IS NULL OR access <> 'Active') AND " + session.Dialect.In("resource_id", "@ids"), cancel, ("now", now), ("ids", joined)));
    }

    /// <summary>The given workers of the source, due or not, with everything that a decision needs; in no order.</summary>
    public static Task<List<DueWorker>> OfIdsAsync(
        Session session, string source, IReadOnlyCollection<string> workerIds, CancellationToken cancel) => LoadAsync(
        session,
        source,
        "SELECT * FROM worker WHERE source = @source AND " + session.Dialect.In("worker_id", "@ids"),
        cancel,
        ("source", source),
        ("ids", workerIds));

    /// <summary>The workers whose users have these ids: source and key.</summary>
    public static Task<List<(string Source, string WorkerId)>> OfResourcesAsync(
        Session session, IReadOnlyCollection<string> resourceIds, CancellationToken cancel) => session.QueryAsync(
        "SELECT source, worker_id FROM worker WHERE " + session.Dialect.In("resource_id", "@ids"),
        r => (r.GetString(0), r.GetString(1)),
        cancel,
        ("ids", resourceIds));

    /// <summary>Keys of the workers who will be due by then if nothing else is heard of them, in order of their numbers.</summary>
    public static async Task<List<string>> DueByAsync(Session session, string source, long then, CancellationToken cancel) =>
        [.. (await session.QueryAsync(
            "SELECT number, worker_id FROM worker WHERE source = @source AND decide_at <= @then",
            r => (Number: r.GetInt64(0), Id: r.GetString(1)),
            cancel,
            ("source", source), ("then", then))).OrderBy(w => w.Number).Select(w => w.Id)];

    /// <summary>The workers who will be due by then if nothing else is heard of them, with the instants, in microseconds since 1970; in no order.</summary>
    public static Task<List<(long Number, string WorkerId, long At)>> DueTimesAsync(Session session, string source, long then, CancellationToken cancel) =>
        session.QueryAsync(
            "SELECT number, worker_id, decide_at FROM worker WHERE source = @source AND decide_at <= @then",
            r => (r.GetInt64(0), r.GetString(1), r.GetInt64(2)),
            cancel,
            ("source", source), ("then", then));

    /// <summary>Keys and numbers of the workers who name one of these managers, and whether they were decided while that manager was not known.</summary>
    public static async Task<List<(long Number, string WorkerId, bool AwaitsManager)>> ReportsAsync(
        Session session, string source, IReadOnlyCollection<string> managerIds, CancellationToken cancel) =>
        managerIds.Count == 0 ? [] : await session.QueryAsync(
            $"SELECT number, worker_id, awaits_manager FROM worker{ByManager(session)} WHERE source = @source AND {session.Dialect.In("manager_id", "@ids")}",
            r => (r.GetInt64(0), r.GetString(1), r.GetBoolean(2)),
            cancel,
            ("source", source), ("ids", managerIds));

    /// <summary>Workers of the source in order of their numbers, those after a number.</summary>
    public static Task<List<(long Number, string WorkerId)>> PageAsync(
        Session session, string source, long after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT number, worker_id FROM worker WHERE source = @source AND number > @after ORDER BY number LIMIT @limit",
        r => (r.GetInt64(0), r.GetString(1)),
        cancel,
        ("source", source), ("after", after), ("limit", limit));

    /// <summary>Keys of the workers who were decided while one of these managers was not known.</summary>
    public static Task<List<string>> AwaitingAsync(
        Session session, string source, IReadOnlyCollection<string> managerIds, CancellationToken cancel) => session.QueryAsync(
        $"SELECT worker_id FROM worker{ByManager(session)} WHERE source = @source AND awaits_manager AND " +
        session.Dialect.In("manager_id", "@ids") + " ORDER BY number",
        r => r.GetString(0),
        cancel,
        ("source", source), ("ids", managerIds));

    /// <summary>Writes what was decided. A worker about whom a newer record has come in stays due.</summary>
    public static Task DecidedAsync(
        Session session, string source, IEnumerable<DecidedWorker> decided, long now, CancellationToken cancel)
    {
        var rows = new Rows("source", "worker_id", "generation:int", "access", "next_at:int", "awaits:bool", "seq:int", "at:int", "rule", "ended_at:int", "delete_at:int");
        foreach (var d in decided)
            rows.Add(source, d.WorkerId, d.Generation, d.Access, d.NextAt, d.AwaitsManager, d.Seq, now, d.Rule, d.EndedAt, d.DeleteAt);
        // What the decision has looked at is noted in any case: its events are written once.
        return session.ExecuteAsync(
            "UPDATE worker SET access = v.access, awaits_manager = v.awaits, decided_seq = v.seq, decided_at = v.at, " +
            "rule = coalesce(v.rule, worker.rule), ended_at = CASE WHEN v.rule IS NULL THEN worker.ended_at ELSE v.ended_at END, " +
            "delete_at = CASE WHEN v.rule IS NULL THEN worker.delete_at ELSE v.delete_at END, " +
            "decide_at = CASE WHEN worker.generation = v.generation THEN v.next_at ELSE worker.decide_at END " +
            "FROM ({rows}) AS v WHERE worker.source = v.source AND worker.worker_id = v.worker_id",
            rows,
            cancel);
    }

    /// <summary>What was decided last about a worker; null where there is no such worker.</summary>
    public static Task<LastDecision?> LastDecisionAsync(Session session, string source, string workerId, CancellationToken cancel) =>
        session.FirstAsync(
            "SELECT resource_id, access, rule, decide_at, delete_at FROM worker WHERE source = @source AND worker_id = @worker",
            r => new LastDecision(
                r.GetString(0), Text(r, 1), Text(r, 2), r.IsDBNull(3) ? null : r.GetInt64(3), r.IsDBNull(4) ? null : r.GetInt64(4)),
            cancel,
            ("source", source), ("worker", workerId));

    /// <summary>Makes those due for a decision who were decided while one of these managers was not known.</summary>
    public static Task MarkAwaitingAsync(
        Session session, string source, IReadOnlyCollection<string> managerIds, long now, CancellationToken cancel) =>
        MarkBelowAsync(session, source, managerIds, "awaits_manager AND ", now, cancel);

    /// <summary>Makes those due for a decision who name one of these managers.</summary>
    public static Task MarkReportsAsync(
        Session session, string source, IReadOnlyCollection<string> managerIds, long now, CancellationToken cancel) =>
        MarkBelowAsync(session, source, managerIds, "", now, cancel);

    /// <summary>How many workers of the source are known.</summary>
    public static async Task<long> CountAsync(Session session, string source, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*) FROM worker WHERE source = @source", r => r.GetInt64(0), cancel, ("source", source));

    /// <summary>When the next decision falls due, in microseconds since 1970; null where none does.</summary>
    public static Task<long?> NextAtAsync(Session session, string source, CancellationToken cancel) => session.FirstAsync(
        "SELECT min(decide_at) FROM worker WHERE source = @source AND decide_at IS NOT NULL",
        r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0),
        cancel,
        ("source", source));

    /// <summary>How many workers of the source have access as it was decided last; of a department or a country where one is named.</summary>
    public static async Task<long> CountWithAccessAsync(
        Session session, string source, string? department, string? country, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*) FROM worker WHERE source = @source AND access IN ('PreStart', 'Active', 'Restricted', 'Suspended') " +
        "AND (@department IS NULL OR department = @department) AND (@country IS NULL OR country = @country)",
        r => r.GetInt64(0),
        cancel,
        ("source", source), ("department", department), ("country", country));

    /// <summary>How many people with access report to the manager, directly or by way of others.</summary>
    public static async Task<long> CountReportsAsync(Session session, string source, string managerId, CancellationToken cancel) =>
        await session.FirstAsync(
            "WITH RECURSIVE below (worker_id, access) AS (" +
            $"SELECT worker_id, access FROM worker{ByManager(session)} WHERE source = @source AND manager_id = @manager UNION " +
            $"SELECT w.worker_id, w.access FROM below b CROSS JOIN worker AS w{ByManager(session)} " +
            "WHERE w.source = @source AND w.manager_id = b.worker_id) " +
            "SELECT count(*) FROM below WHERE access IN ('PreStart', 'Active', 'Restricted', 'Suspended')",
            r => r.GetInt64(0),
            cancel,
            ("source", source), ("manager", managerId));

    /// <summary>Numbers and keys of all workers of the source who have access, or who are missing, and since when they are.</summary>
    public static Task<List<(long Number, string WorkerId, long? MissingSince)>> ExpectedAsync(
        Session session, string source, CancellationToken cancel) => session.QueryAsync(
        "SELECT number, worker_id, missing_since FROM worker WHERE source = @source " +
        "AND (access IN ('PreStart', 'Active', 'Restricted', 'Suspended') OR missing_since IS NOT NULL) ORDER BY number",
        r => (r.GetInt64(0), r.GetString(1), r.IsDBNull(2) ? (long?)null : r.GetInt64(2)),
        cancel,
        ("source", source));

    /// <summary>How many workers of the source are missing.</summary>
    public static async Task<long> CountMissingAsync(Session session, string source, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*) FROM worker WHERE source = @source AND missing_since IS NOT NULL", r => r.GetInt64(0), cancel, ("source", source));

    /// <summary>How many workers of the source were decided while their manager was not known.</summary>
    public static async Task<long> CountAwaitingAsync(Session session, string source, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*) FROM worker WHERE source = @source AND awaits_manager", r => r.GetInt64(0), cancel, ("source", source));

    /// <summary>Notes since when workers are missing; null for who is there again.</summary>
    public static Task MissingAsync(
        Session session, string source, IEnumerable<(long Number, long? Since)> workers, CancellationToken cancel)
    {
        var rows = new Rows("source", "number:int", "since:int");
        foreach (var (number, since) in workers)
            rows.Add(source, number, since);
        return session.ExecuteAsync(
            "UPDATE worker SET missing_since = v.since FROM ({rows}) AS v WHERE worker.source = v.source AND worker.number = v.number",
            rows,
            cancel);
    }

    /// <summary>Notes which snapshot of a worker was seen last, where nothing of it is accepted.</summary>
    public static Task SeenAsync(
        Session session, string source, IEnumerable<(long Number, string Hash)> seen, CancellationToken cancel)
    {
        var rows = new Rows("source", "number:int", "hash");
        foreach (var (number, hash) in seen)
            rows.Add(source, number, hash);
        return session.ExecuteAsync(
            "UPDATE worker SET record_hash = v.hash FROM ({rows}) AS v WHERE worker.source = v.source AND worker.number = v.number",
            rows,
            cancel);
    }

    private static Task MarkBelowAsync(
        Session session, string source, IReadOnlyCollection<string> managerIds, string only, long now, CancellationToken cancel) =>
        managerIds.Count == 0
            ? Task.CompletedTask
            : session.ExecuteAsync(
                $"UPDATE worker{ByManager(session)} SET decide_at = @now WHERE source = @source AND {only}" +
                session.Dialect.In("manager_id", "@ids"),
                cancel,
                ("source", source), ("now", now), ("ids", managerIds));

    private static async Task<List<DueWorker>> LoadAsync(
        Session session, string source, string which, CancellationToken cancel, params (string Name, object? Value)[] parameters)
    {
        var due = await session.QueryAsync(
            "SELECT w.worker_id, w.resource_id, w.generation, w.decided_seq, w.decided_at, w.access, w.correlation, " +
            "coalesce(s.version, 0), s.body, m.resource_id, ms.id, m.worker_id, w.department, w.country, w.manager_id, w.number, w.ended_at, o.approved_at " +
            $"FROM ({which}) w " +
            "LEFT JOIN resource s ON s.id = w.resource_id " +
            "LEFT JOIN relationship p ON p.source = w.source AND p.relationship = w.manager_id " +
            "LEFT JOIN worker m ON m.source = w.source AND m.worker_id = coalesce(p.worker_id, w.manager_id) " +
            "LEFT JOIN resource ms ON ms.id = m.resource_id " +
            "LEFT JOIN revocation_order o ON o.resource_id = w.resource_id AND o.approved_at IS NOT NULL AND o.lifted_at IS NULL",
            ReadDue,
            cancel,
            parameters);
        var records = await RecordStore.OfWorkersAsync(
            session,
            source,
            [.. due.Select(w => w.WorkerId)
                .Concat(due.Where(w => w is { ManagerWorkerId: not null, ManagerHasResource: false }).Select(w => w.ManagerWorkerId!))
                .Distinct(StringComparer.Ordinal)],
            cancel);
        return due.ConvertAll(w => w with
        {
            Assertions = [.. records[w.WorkerId]],
            ManagerAssertions = w is { ManagerWorkerId: { } manager, ManagerHasResource: false } ? [.. records[manager]] : [],
        });
    }

    private static string ByManager(Session session) => session.Dialect.UsingIndex("worker_by_manager");

    private static DueWorker ReadDue(DbDataReader r) => new()
    {
        WorkerId = r.GetString(0),
        ResourceId = r.GetString(1),
        Generation = r.GetInt64(2),
        DecidedSeq = r.GetInt64(3),
        DecidedAt = r.GetInt64(4),
        Access = Text(r, 5),
        Correlation = r.GetString(6),
        ResourceVersion = r.GetInt64(7),
        ResourceBody = Text(r, 8),
        ManagerResourceId = Text(r, 9),
        ManagerHasResource = !r.IsDBNull(10),
        ManagerWorkerId = Text(r, 11),
        Place = new WorkerPlace(r.GetString(0), r.GetString(1), Text(r, 12), Text(r, 13), Text(r, 14)),
        Number = r.GetInt64(15),
        EndedAt = r.IsDBNull(16) ? null : r.GetInt64(16),
        OrderedOutAt = r.IsDBNull(17) ? null : r.GetInt64(17),
    };

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
