using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Storage.Stores;

/// <summary>What of a service account is to be looked at, at its target.</summary>
public enum ServiceAccountVerb
{
    /// <summary>It must not work: for good, or while a scream test lasts.</summary>
    Disable = 0,

    /// <summary>It may work again.</summary>
    Enable,

    /// <summary>It is to go.</summary>
    Delete,

    /// <summary>A credential is to be exchanged, and seen to be.</summary>
    Rotate,

    /// <summary>A credential is to be ended, and seen to be.</summary>
    Revoke,

    /// <summary>The vault hands a credential out no longer to whom it must not.</summary>
    Block,

    /// <summary>The exchange of a credential is to be prepared.</summary>
    Prepare,

    /// <summary>Who answers for it is to be written at the target.</summary>
    Owners,

    /// <summary>When it was last used is to be looked at, before it is disabled.</summary>
    Use,
}

/// <summary>That something of an account is due at its target.</summary>
/// <param name="Target">The target.</param>
/// <param name="ResourceId">The account.</param>
/// <param name="Verb">What is to be looked at.</param>
/// <param name="KeyId">Which credential; empty where it is about none.</param>
/// <param name="Lane">How urgent it is.</param>
/// <param name="DueAt">From when, in microseconds since 1970.</param>
public readonly record struct ServiceAccountMark(string Target, string ResourceId, ServiceAccountVerb Verb, string KeyId, Lane Lane, long DueAt);

/// <summary>A mark that somebody has taken in hand.</summary>
/// <param name="ResourceId">The account.</param>
/// <param name="Verb">What is to be looked at.</param>
/// <param name="KeyId">Which credential; empty where it is about none.</param>
/// <param name="Lane">How urgent it is.</param>
/// <param name="Generation">Settling touches the mark only while it still is of this generation.</param>
/// <param name="Attempts">How often it was tried in vain since it last changed.</param>
/// <param name="Since">When it was first asked for, in microseconds since 1970.</param>
/// <param name="Correlation">What it belongs to, from the HR batch or request on.</param>
public sealed record ServiceAccountTask(
    string ResourceId, ServiceAccountVerb Verb, string KeyId, Lane Lane, long Generation, int Attempts, long Since, string Correlation);

/// <summary>What of service accounts is due at targets: level, not edge. A mark says "look"; whoever takes it reads the truth.</summary>
public static class ServiceAccountTaskStore
{
    private static readonly Lane[] Lanes = Enum.GetValues<Lane>();

    /// <summary>Marks. What is marked already moves to the more urgent lane and the earlier time, and becomes a new generation.</summary>
    public static Task MarkAsync(Session session, IEnumerable<ServiceAccountMark> marks, long now, string correlation, CancellationToken cancel)
    {
        var rows = new Rows("target", "resource_id", "verb", "key_id", "lane:int", "due_at:int", "since:int", "correlation");
        foreach (var same in marks.GroupBy(m => (m.Target, m.ResourceId, m.Verb, m.KeyId)).OrderBy(g => g.Key.ResourceId, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Verb).ThenBy(g => g.Key.KeyId, StringComparer.Ordinal))
        {
            var (target, id, verb, key) = same.Key;
            rows.Add(target, id, Words.Of(verb), key, (long)same.Min(m => m.Lane), same.Min(m => m.DueAt), now, correlation);
        }

        return session.ExecuteAsync(
            "INSERT INTO service_account_task (target, resource_id, verb, key_id, lane, due_at, since, correlation) {rows} " +
            "ON CONFLICT (target, resource_id, verb, key_id) DO UPDATE SET " +
            "lane = CASE WHEN excluded.lane < service_account_task.lane THEN excluded.lane ELSE service_account_task.lane END, " +
            "due_at = CASE WHEN service_account_task.state = 'dead' OR excluded.due_at < service_account_task.due_at THEN excluded.due_at " +
            "ELSE service_account_task.due_at END, " +
            "generation = service_account_task.generation + 1, attempts = 0, state = 'due', reason = NULL, correlation = excluded.correlation",
            rows,
            cancel);
    }

    /// <summary>The next of a target in order of lane and time, at most <paramref name="limit"/>. What is due only later is not gone through.</summary>
    public static async Task<List<ServiceAccountTask>> DueAsync(Session session, string target, long now, int limit, CancellationToken cancel)
    {
        var due = new List<ServiceAccountTask>();
        foreach (var lane in Lanes)
        {
            if (due.Count >= limit)
                break;
            due.AddRange(await session.QueryAsync(
                "SELECT resource_id, verb, key_id, lane, generation, attempts, since, correlation FROM service_account_task " +
                "WHERE target = @target AND state = 'due' AND lane = @lane AND due_at <= @now ORDER BY due_at, resource_id LIMIT @limit",
                r => new ServiceAccountTask(
                    r.GetString(0), Words.Read<ServiceAccountVerb>(r.GetString(1)), r.GetString(2), (Lane)r.GetInt32(3), r.GetInt64(4), checked((int)r.GetInt64(5)),
                    r.GetInt64(6), r.GetString(7)),
                cancel,
                ("target", target), ("lane", (int)lane), ("now", now), ("limit", limit - due.Count)));
        }

        return due;
    }

    /// <summary>What of some accounts is due at a target, now or later; without what was given up.</summary>
    public static async Task<ILookup<string, ServiceAccountVerb>> OpenAsync(
        Session session, string target, IReadOnlyCollection<string> resourceIds, CancellationToken cancel) => (await session.QueryAsync(
        $"SELECT resource_id, verb FROM service_account_task WHERE target = @target AND state = 'due' AND {session.Dialect.In("resource_id", "@ids")}",
        r => (Id: r.GetString(0), Verb: Words.Read<ServiceAccountVerb>(r.GetString(1))),
        cancel,
        ("target", target), ("ids", resourceIds))).ToLookup(t => t.Id, t => t.Verb, StringComparer.Ordinal);

    /// <summary>When something falls due at a target, in microseconds since 1970; null where nothing does.</summary>
    public static async Task<long?> NextAtAsync(Session session, string target, CancellationToken cancel)
    {
        long? next = null;
        foreach (var lane in Lanes)
        {
            var at = await session.FirstAsync(
                "SELECT min(due_at) FROM service_account_task WHERE target = @target AND state = 'due' AND lane = @lane",
                r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0),
                cancel,
                ("target", target), ("lane", (int)lane));
            next = at < next || next is null ? at : next;
        }

        return next;
    }

    /// <summary>Notes that it is as it should be. What was marked anew meanwhile stays due.</summary>
    public static Task DoneAsync(Session session, string target, IEnumerable<ServiceAccountTask> tasks, CancellationToken cancel)
    {
        var rows = new Rows("target", "resource_id", "verb", "key_id", "generation:int");
        foreach (var t in Ordered(tasks))
            rows.Add(target, t.ResourceId, Words.Of(t.Verb), t.KeyId, t.Generation);
        return session.ExecuteAsync(
            "DELETE FROM service_account_task WHERE (target, resource_id, verb, key_id, generation) IN ({rows})", rows, cancel);
    }

    /// <summary>Notes that it is not yet so, why, and when to look again, in microseconds since 1970; null to give it up until it is marked anew.</summary>
    public static Task FailedAsync(
        Session session, string target, IEnumerable<(ServiceAccountTask Task, long? RetryAt, string Reason)> failed, CancellationToken cancel)
    {
        var all = failed.ToLookup(f => f.Task);
        var rows = new Rows("target", "resource_id", "verb", "key_id", "generation:int", "due_at:int", "state", "reason");
        foreach (var task in Ordered(all.Select(g => g.Key)))
        {
            var (_, at, reason) = all[task].First();
            rows.Add(target, task.ResourceId, Words.Of(task.Verb), task.KeyId, task.Generation, at, at is null ? "dead" : "due", reason);
        }

        return session.ExecuteAsync(
            "UPDATE service_account_task SET attempts = service_account_task.attempts + 1, due_at = coalesce(v.due_at, service_account_task.due_at), " +
            "state = v.state, reason = v.reason FROM ({rows}) AS v WHERE service_account_task.target = v.target AND " +
            "service_account_task.resource_id = v.resource_id AND service_account_task.verb = v.verb AND service_account_task.key_id = v.key_id AND " +
            "service_account_task.generation = v.generation",
            rows,
            cancel);
    }

    private static IOrderedEnumerable<ServiceAccountTask> Ordered(IEnumerable<ServiceAccountTask> tasks) =>
        tasks.OrderBy(t => t.ResourceId, StringComparer.Ordinal).ThenBy(t => t.Verb).ThenBy(t => t.KeyId, StringComparer.Ordinal);
}
