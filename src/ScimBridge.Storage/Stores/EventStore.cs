namespace ScimBridge.Storage.Stores;

/// <summary>A lifecycle event as it is kept.</summary>
/// <param name="Seq">Its place in the feed of its source; 0 before it is written.</param>
/// <param name="WorkerId">The source's key of the person.</param>
/// <param name="ResourceId">Id of the worker's user, whether it exists or not.</param>
/// <param name="Type">For instance <c>worker.hired</c>.</param>
/// <param name="EffectiveAt">From when it counts, in microseconds since 1970.</param>
/// <param name="RecordedAt">When it was noted.</param>
/// <param name="RecordSeq">The record that it comes of; null where time passed, or something was taken back.</param>
/// <param name="BatchId">The batch.</param>
/// <param name="Changed">JSON: names of the facts that changed.</param>
public sealed record StoredEvent(
    long Seq,
    string WorkerId,
    string ResourceId,
    string Type,
    long EffectiveAt,
    long RecordedAt,
    long? RecordSeq,
    string BatchId,
    string Changed);

/// <summary>What happened to workers, in order. One drain at a time writes for a source, so that no reader passes over one that comes late.</summary>
public static class EventStore
{
    /// <summary>Appends events. One that its record has given already is passed over.</summary>
    public static Task AppendAsync(Session session, string source, IReadOnlyCollection<StoredEvent> events, CancellationToken cancel)
    {
        var rows = new Rows(
            "source", "worker_id", "resource_id", "type", "effective_at:int", "recorded_at:int", "record_seq:int", "batch_id", "changed");
        foreach (var e in events)
            rows.Add(source, e.WorkerId, e.ResourceId, e.Type, e.EffectiveAt, e.RecordedAt, e.RecordSeq, e.BatchId, e.Changed);
        return session.ExecuteAsync(
            "INSERT INTO lifecycle_event (source, worker_id, resource_id, type, effective_at, recorded_at, record_seq, batch_id, changed) " +
            "{rows} ON CONFLICT DO NOTHING",
            rows,
            cancel);
    }

    /// <summary>The events of a source after a place in its feed.</summary>
    public static Task<List<StoredEvent>> AfterAsync(
        Session session, string source, long seq, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT seq, worker_id, resource_id, type, effective_at, recorded_at, record_seq, batch_id, changed FROM lifecycle_event " +
        "WHERE source = @source AND seq > @seq ORDER BY seq LIMIT @limit",
        r => new StoredEvent(
            r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt64(4), r.GetInt64(5),
            r.IsDBNull(6) ? null : r.GetInt64(6), r.GetString(7), r.GetString(8)),
        cancel,
        ("source", source), ("seq", seq), ("limit", limit));
}
