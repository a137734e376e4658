namespace ScimBridge.Storage.Stores;

/// <summary>What the bridge remembers of a source between two readings.</summary>
/// <param name="HeardAt">When it last spoke, whatever it said, in microseconds since 1970.</param>
/// <param name="Cursor">Where the next pull goes on; null for the beginning.</param>
/// <param name="PullAt">When to pull next, in microseconds since 1970.</param>
/// <param name="PullError">Why the last pull brought nothing.</param>
public sealed record SourceState(long? HeardAt, string? Cursor, long? PullAt, string? PullError);

/// <summary>What the bridge remembers of the sources.</summary>
public static class SourceStore
{
    /// <summary>What is remembered.</summary>
    public static async Task<SourceState> FindAsync(Session session, string source, CancellationToken cancel) => await session.FirstAsync(
        "SELECT heard_at, cursor, pull_at, pull_error FROM source_state WHERE source = @source",
        r => new SourceState(
            r.IsDBNull(0) ? null : r.GetInt64(0), r.IsDBNull(1) ? null : r.GetString(1), r.IsDBNull(2) ? null : r.GetInt64(2),
            r.IsDBNull(3) ? null : r.GetString(3)),
        cancel,
        ("source", source)) ?? new SourceState(null, null, null, null);

    /// <summary>Notes that the source has spoken.</summary>
    public static Task HeardAsync(Session session, string source, long now, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO source_state (source, heard_at) VALUES (@source, @now) ON CONFLICT (source) DO UPDATE SET heard_at = excluded.heard_at",
        cancel,
        ("source", source), ("now", now));

    /// <summary>Notes when to pull next, and why the last pull brought nothing where it did not.</summary>
    public static Task PullAtAsync(Session session, string source, long pullAt, string? error, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO source_state (source, pull_at, pull_error) VALUES (@source, @at, @error) ON CONFLICT (source) DO UPDATE SET " +
        "pull_at = excluded.pull_at, pull_error = excluded.pull_error",
        cancel,
        ("source", source), ("at", pullAt), ("error", error));

    /// <summary>Notes where the next pull goes on.</summary>
    public static Task AdvanceAsync(Session session, string source, string? cursor, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO source_state (source, cursor) VALUES (@source, @cursor) ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor",
        cancel,
        ("source", source), ("cursor", cursor));

    /// <summary>Whether an event was heard before.</summary>
    public static async Task<bool> WasHeardAsync(Session session, string source, string eventId, CancellationToken cancel) =>
        await session.FirstAsync(
            "SELECT 1 FROM heard_event WHERE source = @source AND event_id = @event", r => r.GetInt32(0), cancel, ("source", source), ("event", eventId)) == 1;

    /// <summary>Notes that an event was heard, and forgets those that are too old to be played again.</summary>
    public static async Task HearEventAsync(
        Session session, string source, string eventId, long now, long forgetBefore, CancellationToken cancel)
    {
        await session.ExecuteAsync("DELETE FROM heard_event WHERE heard_at < @before", cancel, ("before", forgetBefore));
        await session.ExecuteAsync(
            "INSERT INTO heard_event (source, event_id, heard_at) VALUES (@source, @event, @now) ON CONFLICT (source, event_id) DO NOTHING",
            cancel,
            ("source", source), ("event", eventId), ("now", now));
    }
}
