using ScimBridge.Provisioning.Lifecycle;

namespace ScimBridge.Storage.Stores;

/// <summary>By which mappings workers were decided and accounts delivered last; and what falls due where one is another now.</summary>
public static class AppliedMappingStore
{
    /// <summary>Hash of the mapping of that name, or null where none was noted yet.</summary>
    public static Task<string?> FindAsync(Session session, string name, CancellationToken cancel) =>
        session.FirstAsync<string?>("SELECT hash FROM applied_mapping WHERE name = @name", r => r.GetString(0), cancel, ("name", name));

    /// <summary>Notes the mapping.</summary>
    public static Task PutAsync(Session session, string name, string hash, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO applied_mapping (name, hash) VALUES (@name, @hash) ON CONFLICT (name) DO UPDATE SET hash = excluded.hash",
        cancel,
        ("name", name), ("hash", hash));

    /// <summary>Makes every worker of the source who was decided once due for a decision.</summary>
    public static Task<int> MarkWorkersAsync(Session session, string source, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE worker SET decide_at = @now WHERE source = @source AND access IS NOT NULL AND (decide_at IS NULL OR decide_at > @now)",
        cancel,
        ("source", source), ("now", now));

    /// <summary>Makes every account of a user at the target due, and every user who was refused there.</summary>
    public static Task<int> MarkAccountsAsync(Session session, string target, long now, string correlation, CancellationToken cancel) =>
        session.ExecuteAsync(
            "INSERT INTO due (target, resource_id, member_id, lane, due_at, since, correlation) " +
            "SELECT CAST(@target AS text), r.id, '', @lane, @now, @now, @correlation FROM resource AS r WHERE r.type = 'User' AND (" +
            "EXISTS (SELECT 1 FROM link AS l WHERE l.target = @target AND l.resource_id = r.id) OR " +
            "EXISTS (SELECT 1 FROM due AS d WHERE d.target = @target AND d.resource_id = r.id AND d.member_id = '' AND d.dead)) " +
            "ON CONFLICT (target, resource_id, member_id) DO UPDATE SET due_at = CASE WHEN due.dead OR excluded.due_at < due.due_at " +
            "THEN excluded.due_at ELSE due.due_at END, generation = due.generation + 1, attempts = 0, denied = 0, dead = false, " +
            "correlation = excluded.correlation",
            cancel,
            ("target", target), ("lane", (int)Lane.Reconcile), ("now", now), ("correlation", correlation));
}
