using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Storage.Stores;

/// <summary>Why somebody has access, or has none: the worker, the last decision, and the HR record that it rests on.</summary>
/// <param name="ResourceId">The user.</param>
/// <param name="Source">The source.</param>
/// <param name="WorkerId">The source's key of the worker.</param>
/// <param name="Access">The state of the last decision; null before the first.</param>
/// <param name="Rule">The rule of the lifecycle that decided; null likewise.</param>
/// <param name="Record">The HR record that was looked at last; null where there is none.</param>
public sealed record AccessGround(string ResourceId, string Source, string WorkerId, string? Access, string? Rule, GroundRecord? Record);

/// <summary>An HR record.</summary>
/// <param name="Hash">SHA-256 over the mapped columns.</param>
/// <param name="BatchId">The batch that brought it.</param>
/// <param name="Row">The row of the batch.</param>
/// <param name="RecordedAt">When, in microseconds since 1970.</param>
public sealed record GroundRecord(string Hash, string BatchId, long Row, long RecordedAt);

/// <summary>An account of somebody at a target, as the target has acknowledged it.</summary>
/// <param name="ResourceId">The user.</param>
/// <param name="Target">The target.</param>
/// <param name="RemoteId">The account; null while a creation is being tried.</param>
/// <param name="Active">Whether it can be used.</param>
public readonly record struct HeldAccount(string ResourceId, string Target, string? RemoteId, bool Active);

/// <summary>Who should have access, who has it, and why.</summary>
public static class AccessStore
{
    /// <summary>The grounds of some users; those who are no workers have none.</summary>
    public static async Task<Dictionary<string, AccessGround>> GroundsAsync(
        Session session, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            "SELECT w.resource_id, w.source, w.worker_id, w.access, w.rule, r.hash, r.batch_id, r.row, r.recorded_at FROM worker w LEFT JOIN record r ON " +
            "r.source = w.source AND r.number = w.number AND r.seq = (SELECT max(x.seq) FROM record x WHERE x.source = w.source AND x.number = w.number AND " +
            $"x.retracted_at IS NULL) WHERE {session.Dialect.In("w.resource_id", "@ids")}",
            r => new AccessGround(
                r.GetString(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4),
                r.IsDBNull(5) ? null : new GroundRecord(r.GetString(5), r.GetString(6), r.GetInt64(7), r.GetInt64(8))),
            cancel,
            ("ids", resourceIds));
        return found.ToDictionary(g => g.ResourceId, StringComparer.Ordinal);
    }

    /// <summary>The accounts of some users at some targets.</summary>
    public static async Task<ILookup<string, HeldAccount>> AccountsAsync(
        Session session, IReadOnlyCollection<string> targets, IReadOnlyCollection<string> resourceIds, CancellationToken cancel) =>
        (await session.QueryAsync(
            $"SELECT resource_id, target, remote_id, active FROM link WHERE {session.Dialect.In("target", "@targets")} AND {session.Dialect.In("resource_id", "@ids")}",
            r => new HeldAccount(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetBoolean(3)),
            cancel,
            ("targets", targets), ("ids", resourceIds))).ToLookup(a => a.ResourceId, StringComparer.Ordinal);

    /// <summary>Since when the accounts of some users are as they are: when a target last acknowledged that one was made, enabled or disabled.</summary>
    public static async Task<Dictionary<(string ResourceId, string Target), long>> SinceAsync(
        Session session, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            "SELECT subject, actor, max(at) FROM journal WHERE kind IN ('account.created', 'account.enabled', 'account.disabled') AND " +
            $"{session.Dialect.In("subject", "@ids")} GROUP BY subject, actor",
            r => (Subject: r.GetString(0), Actor: r.GetString(1), At: r.GetInt64(2)),
            cancel,
            ("ids", resourceIds));
        const string before = "target:";
        return found.Where(f => f.Actor.StartsWith(before, StringComparison.Ordinal)).ToDictionary(f => (f.Subject, f.Actor[before.Length..]), f => f.At);
    }


    /// <summary>The newest case of the end of access of some users, by user.</summary>
    public static async Task<Dictionary<string, (string Id, string State)>> CasesAsync(
        Session session, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            $"SELECT resource_id, id, state FROM revocation WHERE {session.Dialect.In("resource_id", "@ids")} ORDER BY id",
            r => (Resource: r.GetString(0), Case: (r.GetString(1), r.GetString(2))),
            cancel,
            ("ids", resourceIds));
        var newest = new Dictionary<string, (string Id, string State)>(StringComparer.Ordinal);
        foreach (var (resource, one) in found)
            newest[resource] = one;
        return newest;
    }

    /// <summary>How the account step of some cases stands at each target.</summary>
    public static async Task<Dictionary<(string CaseId, string Target), StepState>> StepsAsync(
        Session session, IReadOnlyCollection<string> caseIds, CancellationToken cancel) => (await session.QueryAsync(
        $"SELECT revocation_id, target, state FROM revocation_step WHERE kind = 'account' AND {session.Dialect.In("revocation_id", "@ids")}",
        r => (Key: (r.GetString(0), r.GetString(1)), State: Words.Read<StepState>(r.GetString(2))),
        cancel,
        ("ids", caseIds))).ToDictionary(s => s.Key, s => s.State);
}
