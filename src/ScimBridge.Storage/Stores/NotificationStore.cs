namespace ScimBridge.Storage.Stores;

/// <summary>Something that a receiver is to be told.</summary>
/// <param name="Id">Its id, the same however often it is told.</param>
/// <param name="Name">The receiver, by its name in the configuration.</param>
/// <param name="Source">The source of the worker.</param>
/// <param name="Event">What happened. Its sequence says nothing here.</param>
/// <param name="Attempts">How often it was told in vain.</param>
public sealed record Notification(string Id, string Name, string Source, StoredEvent Event, int Attempts);

/// <summary>What others are to be told, written with the decision that it is about.</summary>
public static class NotificationStore
{
    /// <summary>Appends.</summary>
    public static Task AppendAsync(Session session, IEnumerable<Notification> notifications, long now, CancellationToken cancel)
    {
        var rows = new Rows(
            "id", "name", "type", "source", "worker_id", "resource_id", "effective_at:int", "recorded_at:int", "batch_id", "changed", "due_at:int");
        foreach (var n in notifications)
        {
            var e = n.Event;
            rows.Add(n.Id, n.Name, e.Type, n.Source, e.WorkerId, e.ResourceId, e.EffectiveAt, e.RecordedAt, e.BatchId, e.Changed, now);
        }

        return session.ExecuteAsync(
            "INSERT INTO notification (id, name, type, source, worker_id, resource_id, effective_at, recorded_at, batch_id, changed, due_at) {rows}",
            rows,
            cancel);
    }

    /// <summary>What is due at a receiver, oldest first, at most <paramref name="limit"/>.</summary>
    public static Task<List<Notification>> DueAsync(Session session, string name, long now, int limit, CancellationToken cancel) =>
        session.QueryAsync(
            "SELECT id, source, attempts, type, worker_id, resource_id, effective_at, recorded_at, batch_id, changed FROM notification " +
            "WHERE name = @name AND due_at <= @now ORDER BY due_at, id LIMIT @limit",
            r => new Notification(
                r.GetString(0), name, r.GetString(1), new StoredEvent(
                    Seq: 0, r.GetString(4), r.GetString(5), r.GetString(3), r.GetInt64(6), r.GetInt64(7), RecordSeq: null, r.GetString(8), r.GetString(9)),
                checked((int)r.GetInt64(2))),
            cancel,
            ("name", name), ("now", now), ("limit", limit));

    /// <summary>When something falls due at a receiver, in microseconds since 1970; null where nothing does.</summary>
    public static Task<long?> NextAtAsync(Session session, string name, CancellationToken cancel) => session.FirstAsync(
        "SELECT min(due_at) FROM notification WHERE name = @name AND due_at IS NOT NULL",
        r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0),
        cancel,
        ("name", name));

    /// <summary>Notes that it was told.</summary>
    public static Task ToldAsync(Session session, string id, CancellationToken cancel) =>
        session.ExecuteAsync("DELETE FROM notification WHERE id = @id", cancel, ("id", id));

    /// <summary>Notes that it was not taken, why, and when to tell it again; null to give it up.</summary>
    public static Task AgainAsync(Session session, string id, long? at, string reason, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE notification SET attempts = attempts + 1, due_at = CAST(@at AS bigint), reason = @reason WHERE id = @id",
        cancel,
        ("id", id), ("at", at), ("reason", reason));

    /// <summary>Lets everything that is due at a receiver before an instant wait until then.</summary>
    public static Task PauseAsync(Session session, string name, long until, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE notification SET due_at = @until WHERE name = @name AND due_at < @until", cancel, ("name", name), ("until", until));
}
