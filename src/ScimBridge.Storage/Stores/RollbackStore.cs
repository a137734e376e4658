using System.Text.Json;
using NodaTime.Text;

namespace ScimBridge.Storage.Stores;

/// <summary>A record that is to be taken back.</summary>
/// <param name="WorkerId">The source's key of the person.</param>
/// <param name="Number">The number within the source.</param>
/// <param name="ResourceId">Id of the user, whether it exists or not.</param>
/// <param name="Seq">The record.</param>
public readonly record struct RollbackRecord(string WorkerId, long Number, string ResourceId, long Seq);

/// <summary>
/// What a batch, or the approval of a hold, has done that can be taken back: its records, and the memberships that hands had given and that went with
/// the decisions about them.
/// </summary>
public static class RollbackStore
{
    private const string Taken = "membership.taken";
    private static readonly List<string> Kinds = ["membership.given", Taken, "membership.suspended"];

    /// <summary>The records of a batch that count, in their order; with a hold, those alone that somebody has approved in it.</summary>
    public static Task<List<RollbackRecord>> RecordsAsync(Session session, string source, string batchId, string? holdId, CancellationToken cancel) => session.QueryAsync(
        // CROSS JOIN: SQLite keeps the order.
        (holdId is null
            ? "SELECT w.worker_id, r.number, w.resource_id, r.seq FROM record r CROSS JOIN worker w WHERE r.batch_id = @batch"
            : "SELECT w.worker_id, r.number, w.resource_id, r.seq FROM held_record h CROSS JOIN record r CROSS JOIN worker w WHERE h.hold_id = @hold " +
                "AND h.outcome = 'approved' AND r.source = h.source AND r.number = h.number AND r.slot = h.slot AND r.hash = h.hash AND r.batch_id = @batch") +
        " AND r.source = @source AND r.retracted_at IS NULL AND w.source = r.source AND w.number = r.number ORDER BY r.seq",
        r => new RollbackRecord(r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetInt64(3)),
        cancel,
        holdId is null ? [("source", source), ("batch", batchId)] : [("source", source), ("batch", batchId), ("hold", holdId)]);

    /// <summary>
    /// The memberships of these users that hands had given, that decisions of this correlation have taken for good, and about which nobody has said anything
    /// since. Who or what is gone is left out, and so is what would have ended by now.
    /// </summary>
    public static async Task<List<SuspendedMembership>> MembershipsAsync(
        Session session, string correlation, IReadOnlyCollection<string> users, long now, CancellationToken cancel)
    {
        if (users.Count == 0)
            return [];
        var last = new Dictionary<(string Member, string Group), (bool IsOurs, long? Until)>();
        foreach (var (subject, kind, data, by, actor) in await session.QueryAsync(
            $"SELECT subject, kind, data, correlation, actor FROM journal WHERE {session.Dialect.In("subject", "@users")} AND " +
            $"{session.Dialect.In("kind", "@kinds")} ORDER BY seq",
            r => (r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)),
            cancel,
            ("users", users), ("kinds", Kinds)))
        {
            using var json = JsonDocument.Parse(data);
            var until = json.RootElement.TryGetProperty("until", out var text) ? InstantPattern.ExtendedIso.Parse(text.GetString()!).Value.ToMicroseconds() : (long?)null;
            last[(subject, json.RootElement.GetProperty("group").GetString()!)] =
                (kind == Taken && by == correlation && actor.StartsWith("hr:", StringComparison.Ordinal), until);
        }

        var taken = last.Where(m => m.Value.IsOurs && (m.Value.Until is null || m.Value.Until > now))
            .Select(m => new SuspendedMembership(m.Key.Group, m.Key.Member, m.Value.Until)).ToList();
        var there = (await session.QueryAsync(
            "SELECT id FROM resource WHERE " + session.Dialect.In("id", "@ids"), r => r.GetString(0), cancel,
            ("ids", taken.SelectMany(m => new[] { m.GroupId, m.MemberId }).Distinct(StringComparer.Ordinal).ToList()))).ToHashSet(StringComparer.Ordinal);
        return [.. taken.Where(m => there.Contains(m.GroupId) && there.Contains(m.MemberId)).OrderBy(m => m.MemberId, StringComparer.Ordinal).ThenBy(m => m.GroupId, StringComparer.Ordinal)];
    }

    /// <summary>
    /// That people were relieved of roles at service accounts by decisions of some batches, or are to be once somebody succeeds them: the account, and what
    /// was noted of it.
    /// </summary>
    public static Task<List<(string AccountId, string Data)>> LosingAsync(Session session, IReadOnlyCollection<string> batches, CancellationToken cancel) => session.QueryAsync(
        $"SELECT subject, data FROM journal WHERE {session.Dialect.In("correlation", "@batches")} AND kind IN ('serviceAccount.relieved', 'serviceAccount.successionBegan') AND actor LIKE 'hr:%' ORDER BY seq",
        r => (r.GetString(0), r.GetString(1)),
        cancel,
        ("batches", batches));

    /// <summary>The numbers of the first entries about some resources that belong to one of some batches, by resource.</summary>
    public static async Task<Dictionary<string, long>> FirstAsync(
        Session session, IReadOnlyCollection<string> resourceIds, IReadOnlyCollection<string> batches, CancellationToken cancel) => new(
        await session.QueryAsync(
            $"SELECT subject, min(seq) FROM journal WHERE {session.Dialect.In("subject", "@ids")} AND {session.Dialect.In("correlation", "@batches")} GROUP BY subject",
            r => KeyValuePair.Create(r.GetString(0), r.GetInt64(1)),
            cancel,
            ("ids", resourceIds), ("batches", batches)),
        StringComparer.Ordinal);

    /// <summary>
    /// Takes records back and makes their workers due. The records stay on the timelines as what was once held to be true; rows that say the same again
    /// are news. The memberships are suspended, so that the decision gives them back where policy lets it.
    /// </summary>
    public static async Task RetractAsync(
        Session session, string source, string correlation, IReadOnlyCollection<RollbackRecord> records, IReadOnlyCollection<SuspendedMembership> memberships, long now,
        CancellationToken cancel)
    {
        var workers = new Rows("source", "number:int", "now:int", "correlation");
        foreach (var number in records.Select(r => r.Number).Distinct().Order())
            workers.Add(source, number, now, correlation);
        await session.ExecuteAsync(
            "UPDATE worker SET decide_at = v.now, generation = worker.generation + 1, record_hash = '', correlation = v.correlation FROM ({rows}) AS v " +
            "WHERE worker.source = v.source AND worker.number = v.number",
            workers,
            cancel);
        var gone = new Rows("seq:int", "now:int");
        foreach (var record in records)
            gone.Add(record.Seq, now);
        await session.ExecuteAsync(
            "UPDATE record SET retracted_at = v.now FROM ({rows}) AS v WHERE record.seq = v.seq AND record.retracted_at IS NULL", gone, cancel);
        var suspended = new Rows("member_id", "group_id", "until:int", "since:int");
        foreach (var m in memberships)
            suspended.Add(m.MemberId, m.GroupId, m.Until, now);
        await session.ExecuteAsync(
            "INSERT INTO suspended_membership (member_id, group_id, until, since) {rows} ON CONFLICT (member_id, group_id) DO NOTHING", suspended, cancel);
    }
}
