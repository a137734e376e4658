using System.Text.Json;

namespace ScimBridge.Storage.Stores;

/// <summary>How far a target has been gone through.</summary>
/// <param name="Run">1, 2, 3, ...; 0 before the first.</param>
/// <param name="NextPage">Where the run that is under way goes on; null where none is.</param>
/// <param name="NextAt">When it goes on, or the next one begins, in microseconds since 1970.</param>
/// <param name="Found">How many identities it, or the last one, has found.</param>
/// <param name="Proposed">How many of these nobody knew.</param>
public sealed record Discovery(long Run, string? NextPage, long NextAt, long Found, long Proposed)
{
    /// <summary>When the run began; null before the first.</summary>
    public long? BegunAt { get; init; }

    /// <summary>When a run was last at the end of a target; null where none was.</summary>
    public long? FinishedAt { get; init; }

    /// <summary>Why it does not go on; null where it does.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether a run is under way.</summary>
    public bool IsUnderWay => BegunAt is { } begun && !(FinishedAt >= begun);
}

/// <summary>What was seen of an identity when its target was last gone through.</summary>
/// <param name="RemoteId">Its identifier there.</param>
/// <param name="ResourceId">The service account.</param>
/// <param name="Keys">The key ids of its credentials.</param>
/// <param name="MissingAt">Since when it is not shown any more; null where it is.</param>
public sealed record Discovered(string RemoteId, string ResourceId, IReadOnlyList<string> Keys, long? MissingAt);

/// <summary>Runs through targets for non-human identities, and what they found.</summary>
public static class DiscoveryStore
{
    /// <summary>How far a target has been gone through.</summary>
    public static async Task<Discovery> FindAsync(Session session, string target, CancellationToken cancel) => await session.FirstAsync(
        "SELECT run, next_page, next_at, found, proposed, begun_at, finished_at, reason FROM discovery WHERE target = @target",
        r => new Discovery(r.GetInt64(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4))
        {
            BegunAt = r.IsDBNull(5) ? null : r.GetInt64(5), FinishedAt = r.IsDBNull(6) ? null : r.GetInt64(6), Reason = r.IsDBNull(7) ? null : r.GetString(7),
        },
        cancel,
        ("target", target)) ?? new Discovery(0, null, 0, 0, 0);

    /// <summary>Writes how far it has been gone through.</summary>
    public static Task PutAsync(Session session, string target, Discovery discovery, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(discovery);
        var rows = new Rows(
            "target", "run:int", "next_page", "next_at:int", "begun_at:int", "finished_at:int", "found:int", "proposed:int", "reason");
        rows.Add(
            target, discovery.Run, discovery.NextPage, discovery.NextAt, discovery.BegunAt, discovery.FinishedAt, discovery.Found, discovery.Proposed, discovery.Reason);
        return session.ExecuteAsync(
            "INSERT INTO discovery (target, run, next_page, next_at, begun_at, finished_at, found, proposed, reason) {rows} ON CONFLICT (target) DO UPDATE SET " +
            "run = excluded.run, next_page = excluded.next_page, next_at = excluded.next_at, begun_at = excluded.begun_at, finished_at = excluded.finished_at, " +
            "found = excluded.found, proposed = excluded.proposed, reason = excluded.reason",
            rows,
            cancel);
    }

    /// <summary>Lets the next run, or the next page of the one under way, come now.</summary>
    public static Task HastenAsync(Session session, string target, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE discovery SET next_at = @now WHERE target = @target AND next_at > @now", cancel, ("target", target), ("now", now));

    /// <summary>Which of some accounts are those of people who have left.</summary>
    public static async Task<HashSet<string>> DepartedAsync(Session session, string target, IReadOnlyCollection<string> remoteIds, CancellationToken cancel) =>
        remoteIds.Count == 0 ? [] : new(
            await session.QueryAsync(
                "SELECT l.remote_id FROM link l JOIN worker w ON w.resource_id = l.resource_id WHERE l.target = @target AND w.access = 'Ended' AND " +
                session.Dialect.In("l.remote_id", "@ids"),
                r => r.GetString(0),
                cancel,
                ("target", target), ("ids", remoteIds)),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Ids of service accounts by the identifiers that a target has for them.</summary>
    public static async Task<Dictionary<string, string>> KnownAsync(Session session, string target, IReadOnlyCollection<string> remoteIds, CancellationToken cancel) =>
        remoteIds.Count == 0 ? [] : new(
            await session.QueryAsync(
                $"SELECT remote_id, resource_id FROM service_account WHERE target = @target AND {session.Dialect.In("remote_id", "@ids")}",
                r => KeyValuePair.Create(r.GetString(0), r.GetString(1)),
                cancel,
                ("target", target), ("ids", remoteIds)),
            StringComparer.Ordinal);

    /// <summary>Ids of resources of ours by the identifiers that a target has for their accounts.</summary>
    public static async Task<Dictionary<string, string>> LinkedAsync(Session session, string target, IReadOnlyCollection<string> remoteIds, CancellationToken cancel) =>
        remoteIds.Count == 0 ? [] : new(
            (await session.QueryAsync(
                $"SELECT remote_id, resource_id FROM link WHERE target = @target AND {session.Dialect.In("remote_id", "@ids")}",
                r => KeyValuePair.Create(r.GetString(0), r.GetString(1)),
                cancel,
                ("target", target), ("ids", remoteIds))).DistinctBy(p => p.Key, StringComparer.Ordinal),
            StringComparer.Ordinal);

    /// <summary>What was seen of these identities.</summary>
    public static async Task<Dictionary<string, Discovered>> SeenAsync(Session session, string target, IReadOnlyCollection<string> remoteIds, CancellationToken cancel) =>
        remoteIds.Count == 0 ? [] : new(
            (await session.QueryAsync(
                $"SELECT remote_id, resource_id, keys, missing_at FROM discovered WHERE target = @target AND {session.Dialect.In("remote_id", "@ids")}",
                r => new Discovered(r.GetString(0), r.GetString(1), JsonSerializer.Deserialize<List<string>>(r.GetString(2))!, r.IsDBNull(3) ? null : r.GetInt64(3)),
                cancel,
                ("target", target), ("ids", remoteIds))).Select(d => KeyValuePair.Create(d.RemoteId, d)),
            StringComparer.Ordinal);

    /// <summary>Notes what a run has seen.</summary>
    public static Task NoteAsync(Session session, string target, long run, IEnumerable<Discovered> seen, CancellationToken cancel)
    {
        var rows = new Rows("target", "remote_id", "resource_id", "run:int", "keys");
        foreach (var s in seen.OrderBy(s => s.RemoteId, StringComparer.Ordinal))
            rows.Add(target, s.RemoteId, s.ResourceId, run, JsonSerializer.Serialize(s.Keys));
        return session.ExecuteAsync(
            "INSERT INTO discovered (target, remote_id, resource_id, run, keys) {rows} ON CONFLICT (target, remote_id) DO UPDATE SET " +
            "resource_id = excluded.resource_id, run = excluded.run, keys = excluded.keys, missing_at = NULL",
            rows,
            cancel);
    }

    /// <summary>Notes that what a run has not seen is missing from now on. Answers with those that were not missing before.</summary>
    public static async Task<List<Discovered>> MissAsync(Session session, string target, long run, long now, CancellationToken cancel)
    {
        var missing = await session.QueryAsync(
            "SELECT remote_id, resource_id, keys FROM discovered WHERE target = @target AND run < @run AND missing_at IS NULL ORDER BY remote_id",
            r => new Discovered(r.GetString(0), r.GetString(1), JsonSerializer.Deserialize<List<string>>(r.GetString(2))!, now),
            cancel,
            ("target", target), ("run", run));
        if (missing.Count > 0)
        {
            await session.ExecuteAsync(
                "UPDATE discovered SET missing_at = @now WHERE target = @target AND run < @run AND missing_at IS NULL", cancel, ("now", now), ("target", target), ("run", run));
        }

        return missing;
    }
}
