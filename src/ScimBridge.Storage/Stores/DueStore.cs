using System.Text.Json;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Lifecycle;

namespace ScimBridge.Storage.Stores;

/// <summary>Something is due at a target: an account, or one membership of a group (then <paramref name="MemberId"/> is not empty).</summary>
public readonly record struct DueMark(string Target, string ResourceId, string MemberId, Lane Lane);

/// <summary>A due mark that a drain has taken in hand.</summary>
/// <param name="ResourceId">The resource whose account is due, or the group.</param>
/// <param name="MemberId">The member, or empty.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Generation">Settling touches the mark only while it still is of this generation.</param>
/// <param name="Attempts">How often it was tried in vain since it last changed.</param>
/// <param name="Since">When the oldest undelivered change was made, in microseconds since 1970.</param>
/// <param name="Correlation">What it belongs to, from the HR batch or request on.</param>
/// <param name="Denied">How often since then the target said that it was done, and did not show it.</param>
public sealed record DueItem(
    string ResourceId, string MemberId, Lane Lane, long Generation, int Attempts, long Since, string Correlation, int Denied = 0);

/// <summary>What becomes of a due mark. Exactly one of done (all null), again later, or dead.</summary>
/// <param name="Item">The mark as it was taken.</param>
/// <param name="RetryAt">When to try again, in microseconds since 1970.</param>
/// <param name="DeadReason">Why it is refused for good.</param>
/// <param name="Reason">Of a retry: what happened.</param>
/// <param name="Failure">Of what is not done: the call, and what to do about it.</param>
/// <param name="TriedAt">When it was tried, in microseconds since 1970.</param>
/// <param name="IsTry">Whether it counts as a try: no call was made where the bridge itself held it back.</param>
public sealed record DueSettlement(
    DueItem Item, long? RetryAt, string? DeadReason, string? Reason, CallFailure? Failure = null, long? TriedAt = null, bool IsTry = true);

/// <summary>What of an account's delivery is open.</summary>
/// <param name="IsDead">It is refused for good.</param>
/// <param name="HoldId">The hold that it waits in; null where it waits in none.</param>
/// <param name="Reason">Why it was not done when it was last tried.</param>
public sealed record OpenDelivery(bool IsDead, string? HoldId, string? Reason);

/// <summary>How much is due at a target.</summary>
/// <param name="Waiting">Marks that are due or will be.</param>
/// <param name="Dead">Marks that are refused for good.</param>
public readonly record struct DueCount(long Waiting, long Dead);

/// <summary>The due marks: the queue of record of all delivery.</summary>
public static class DueStore
{
    /// <summary>Marks as due now. A mark that is there already moves to the more urgent lane and becomes a new generation.</summary>
    public static Task MarkAsync(
        Session session, IEnumerable<DueMark> marks, long now, string correlation, CancellationToken cancel)
    {
        var distinct = new SortedDictionary<(string, string, string), DueMark>();
        foreach (var mark in marks)
        {
            var key = (mark.Target, mark.ResourceId, mark.MemberId);
            if (!distinct.TryGetValue(key, out var other) || mark.Lane < other.Lane)
                distinct[key] = mark;
        }

        var rows = new Rows("target", "resource_id", "member_id", "lane:int", "due_at:int", "since:int", "correlation");
        foreach (var mark in distinct.Values)
            rows.Add(mark.Target, mark.ResourceId, mark.MemberId, (long)mark.Lane, now, now, correlation);
        return session.ExecuteAsync(Upsert("{rows}"), rows, cancel);
    }

    /// <summary>
    /// Marks as due what waited for freshly linked accounts: their own memberships and the accounts that await one of them; and of the
    /// accounts that were just delivered incomplete, those whose awaited account has been linked meanwhile.
    /// </summary>
    /// <param name="session">The transaction that links them.</param>
    /// <param name="target">The target.</param>
    /// <param name="linked">The accounts that were linked, with what each goes back to.</param>
    /// <param name="incomplete">The accounts that were delivered incomplete, likewise.</param>
    /// <param name="now">Now, in microseconds since 1970.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task MarkUnblockedAsync(
        Session session,
        string target,
        IEnumerable<(string ResourceId, string Correlation)> linked,
        IEnumerable<(string ResourceId, string Correlation)> incomplete,
        long now,
        CancellationToken cancel)
    {
        var parts = linked.Select(l => (l.ResourceId, l.Correlation, IsLinked: true)).Concat(incomplete.Select(l => (l.ResourceId, l.Correlation, IsLinked: false)));
        foreach (var part in parts.GroupBy(p => p.Correlation, StringComparer.Ordinal))
        {
            await MarkUnblockedAsync(
                session, target, [.. part.Where(p => p.IsLinked).Select(p => p.ResourceId)], [.. part.Where(p => !p.IsLinked).Select(p => p.ResourceId)], now, part.Key,
                cancel);
        }
    }

    private static async Task MarkUnblockedAsync(
        Session session, string target, List<string> linked, List<string> incomplete, long now, string correlation, CancellationToken cancel)
    {
        (string, object?)[] parameters =
        [
            ("target", target), ("ids", linked), ("lane", (int)Lane.Change), ("now", now), ("correlation", correlation),
            ("incomplete", incomplete),
        ];
        const string columns = "@lane, @now, @now, @correlation";
        await session.ExecuteAsync(
            Upsert($"SELECT CAST(@target AS text), group_id, member_id, {columns} FROM membership WHERE " +
                $"({session.Dialect.In("member_id", "@ids")} OR {session.Dialect.In("group_id", "@ids")})"),
            cancel,
            parameters);
        await session.ExecuteAsync(
            // Two searches: with OR it would be one through all accounts of the target.
            Upsert($"SELECT l.target, l.resource_id, '', {columns} FROM (" +
                $"SELECT t.target, t.resource_id FROM {session.Dialect.ForEach("@ids", "link", "t.target = @target AND t.awaits = i.id AND t.awaits IS NOT NULL")} UNION " +
                $"SELECT i.target, i.resource_id FROM link AS i WHERE i.target = @target AND {session.Dialect.In("i.resource_id", "@incomplete")} AND EXISTS (" +
                "SELECT 1 FROM link AS a WHERE a.target = i.target AND a.resource_id = i.awaits AND a.remote_id IS NOT NULL)) AS l WHERE true"),
            cancel,
            parameters);
    }

    /// <summary>
    /// The next marks of a target in order of lane and age, accounts before memberships of the same age; at most <paramref name="limit"/>,
    /// and none of a lane behind <paramref name="last"/>.
    /// </summary>
    public static Task<List<DueItem>> NextAsync(
        Session session, string target, long now, int limit, CancellationToken cancel, Lane last = Lane.Reconcile) =>
        session.QueryAsync(
            "SELECT resource_id, member_id, lane, generation, attempts, since, correlation, denied FROM due " +
            "WHERE target = @target AND NOT dead AND hold_id IS NULL AND lane <= @last AND due_at <= @now ORDER BY lane, due_at, member_id LIMIT @limit",
            r => new DueItem(
                r.GetString(0), r.GetString(1), (Lane)r.GetInt32(2), r.GetInt64(3), r.GetInt32(4), r.GetInt64(5), r.GetString(6), r.GetInt32(7)),
            cancel,
            ("target", target), ("last", (int)last), ("now", now), ("limit", limit));

    /// <summary>What of the delivery of some accounts is open at a target, by resource.</summary>
    public static async Task<Dictionary<string, OpenDelivery>> OpenAsync(
        Session session, string target, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        var open = await session.QueryAsync(
            "SELECT resource_id, dead, hold_id, reason FROM due WHERE target = @target AND member_id = '' AND " + session.Dialect.In("resource_id", "@ids"),
            r => KeyValuePair.Create(
                r.GetString(0), new OpenDelivery(r.GetBoolean(1), r.IsDBNull(2) ? null : r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3))),
            cancel,
            ("target", target), ("ids", resourceIds));
        return new(open, StringComparer.Ordinal);
    }

    /// <summary>When the next mark of the target falls due, in microseconds since 1970; null where none is waiting.</summary>
    public static Task<long?> NextAtAsync(Session session, string target, CancellationToken cancel) => session.FirstAsync(
        "SELECT min(due_at) FROM due WHERE target = @target AND NOT dead AND hold_id IS NULL",
        r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0),
        cancel,
        ("target", target));

    /// <summary>Writes what became of the marks. One that has changed since it was taken stays due.</summary>
    public static async Task SettleAsync(
        Session session, string target, IReadOnlyCollection<DueSettlement> settlements, CancellationToken cancel)
    {
        var done = new Rows("target", "resource_id", "member_id", "generation:int");
        var open = new Rows(
            "target", "resource_id", "member_id", "generation:int", "attempts:int", "due_at:int", "dead:bool", "reason",
            "failure", "code", "tried_at:int", "denied:int");
        foreach (var s in settlements.OrderBy(s => s.Item.ResourceId, StringComparer.Ordinal).ThenBy(s => s.Item.MemberId, StringComparer.Ordinal))
        {
            var item = s.Item;
            if (s.RetryAt is null && s.DeadReason is null)
                done.Add(target, item.ResourceId, item.MemberId, item.Generation);
            else
            {
                // A target that answers, though wrongly, is there: trouble that comes after is new.
                var isDenied = s.Failure?.Code == Explanation.NotDone;
                open.Add(
                    target, item.ResourceId, item.MemberId, item.Generation, isDenied ? 0L : item.Attempts + (s.IsTry ? 1L : 0L), s.RetryAt ?? 0,
                    s.DeadReason is not null, s.DeadReason ?? s.Reason, s.Failure is null ? null : JsonSerializer.Serialize(s.Failure),
                    s.Failure?.Code, s.TriedAt, item.Denied + (isDenied ? 1L : 0L));
            }
        }

        await session.ExecuteAsync(
            "DELETE FROM due WHERE (target, resource_id, member_id, generation) IN ({rows})", done, cancel);
        await session.ExecuteAsync(
            "UPDATE due SET attempts = v.attempts, due_at = v.due_at, dead = v.dead, reason = v.reason, " +
            "failure = v.failure, code = v.code, tried_at = coalesce(v.tried_at, due.tried_at), denied = v.denied FROM ({rows}) AS v " +
            "WHERE due.target = v.target AND due.resource_id = v.resource_id AND due.member_id = v.member_id " +
            "AND due.generation = v.generation",
            open,
            cancel);
    }

    /// <summary>How much is due at the target.</summary>
    public static async Task<DueCount> CountAsync(Session session, string target, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*), coalesce(sum(CASE WHEN dead THEN 1 ELSE 0 END), 0) FROM due WHERE target = @target",
        r => new DueCount(r.GetInt64(0) - r.GetInt64(1), r.GetInt64(1)),
        cancel,
        ("target", target));

    private static string Upsert(string rows) =>
        $"INSERT INTO due (target, resource_id, member_id, lane, due_at, since, correlation) {rows} " +
        "ON CONFLICT (target, resource_id, member_id) DO UPDATE SET " +
        "lane = CASE WHEN excluded.lane < due.lane THEN excluded.lane ELSE due.lane END, " +
        "due_at = CASE WHEN due.dead OR excluded.due_at < due.due_at THEN excluded.due_at ELSE due.due_at END, " +
        "generation = due.generation + 1, attempts = 0, denied = 0, dead = false, hold_id = NULL, correlation = excluded.correlation";
}
