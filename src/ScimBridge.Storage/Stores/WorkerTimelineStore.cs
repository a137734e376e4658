using System.Data.Common;
using System.Text.Json.Nodes;
using NodaTime.Text;

namespace ScimBridge.Storage.Stores;

/// <summary>One entry of the history of a worker.</summary>
/// <param name="At">When it was noted, in microseconds since 1970.</param>
/// <param name="Part">
/// What it is: 0 a record, 1 the retraction of one, 2 an event, 3 an entry of the journal, 4 the beginning of an end of access, 5 a proof of one. Of one
/// instant they come in this order.
/// </param>
/// <param name="Seq">Its place within its part.</param>
/// <param name="Kind">Of a record, the batch's id; of an event, its type; of an entry, its kind; of an end of access and a proof, the id of the case.</param>
/// <param name="Actor">Who did it; null for records and events, which are HR's, and for the beginning of an end.</param>
/// <param name="Correlation">The batch or request that it goes back to.</param>
/// <param name="Data">JSON: what there is to say of it.</param>
/// <param name="EffectiveAt">Of an event: from when it counts, in microseconds since 1970.</param>
public sealed record HistoryEntry(
    long At, int Part, long Seq, string Kind, string? Actor, string? Correlation, string Data, long? EffectiveAt);

/// <summary>A worker whose history is asked for.</summary>
/// <param name="Source">The source.</param>
/// <param name="WorkerId">The source's key of the person.</param>
/// <param name="Number">The number within the source.</param>
/// <param name="ResourceId">Id of the user, whether it exists or not.</param>
public sealed record HistorySubject(string Source, string WorkerId, long Number, string ResourceId);

/// <summary>The state of a worker's account at one target.</summary>
/// <param name="Target">The target.</param>
/// <param name="RemoteId">The account's id there; null while a creation was tried and its outcome is not known.</param>
/// <param name="Active">Whether the target has acknowledged it as usable.</param>
/// <param name="UpdatedAt">When that was noted, in microseconds since 1970.</param>
public readonly record struct HistoryAccount(string Target, string? RemoteId, bool Active, long UpdatedAt);

/// <summary>Something of a worker's that is due at a target.</summary>
/// <param name="Target">The target.</param>
/// <param name="Since">Since when, in microseconds since 1970.</param>
/// <param name="Attempts">How often it was tried in vain.</param>
/// <param name="IsDead">It is refused for good.</param>
/// <param name="Reason">Why it was not done.</param>
public readonly record struct HistoryDue(string Target, long Since, int Attempts, bool IsDead, string? Reason);

/// <summary>Everything that was noted about one worker, in the order in which it was noted.</summary>
public static class WorkerTimelineStore
{
    private const int OfCase = 4;
    private const int OfProof = 5;

    /// <summary>The worker by the source's key; null where there is none.</summary>
    public static Task<HistorySubject?> FindAsync(Session session, string source, string workerId, CancellationToken cancel) =>
        session.FirstAsync<HistorySubject?>(
            "SELECT source, worker_id, number, resource_id FROM worker WHERE source = @source AND worker_id = @id",
            ReadSubject,
            cancel,
            ("source", source), ("id", workerId));

    /// <summary>The worker by the id of the user; null where there is none.</summary>
    public static Task<HistorySubject?> FindAsync(Session session, string resourceId, CancellationToken cancel) =>
        session.FirstAsync<HistorySubject?>(
            "SELECT source, worker_id, number, resource_id FROM worker WHERE resource_id = @id", ReadSubject, cancel, ("id", resourceId));

    /// <summary>What was noted after a place in the history, until an instant, at most <paramref name="limit"/>.</summary>
    /// <param name="session">The session.</param>
    /// <param name="subject">The worker.</param>
    /// <param name="after">The place of the last entry that is known: when, part, and place within it.</param>
    /// <param name="until">In microseconds since 1970.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<List<HistoryEntry>> AfterAsync(
        Session session, HistorySubject subject, (long At, int Part, long Seq) after, long until, int limit, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var found = new List<HistoryEntry>();
        // Each part by its own index; what one person has in each of them is little.
        await AddAsync(
            0,
            "SELECT recorded_at, seq, batch_id, NULL, batch_id, facts, NULL FROM record WHERE source = @source AND number = @number");
        await AddAsync(
            1,
            "SELECT retracted_at, seq, batch_id, NULL, batch_id, facts, NULL FROM record WHERE source = @source AND number = @number AND retracted_at IS NOT NULL");
        await AddAsync(
            2,
            "SELECT e.recorded_at, e.seq, e.type, NULL, e.batch_id, e.changed, e.effective_at FROM record r CROSS JOIN lifecycle_event e " +
            "WHERE r.source = @source AND r.number = @number AND e.record_seq = r.seq AND e.record_seq IS NOT NULL");
        await AddAsync(
            2,
            "SELECT recorded_at, seq, type, NULL, batch_id, changed, effective_at FROM lifecycle_event WHERE resource_id = @resource AND record_seq IS NULL");
        // That a record was accepted is told by the record itself.
        await AddAsync(3, "SELECT at, seq, kind, actor, correlation, data, NULL FROM journal WHERE subject = @resource AND kind <> 'record.accepted'");
        // What was decided about records that waited stands under the key of the worker, which another source may have too.
        await AddAsync(
            3,
            "SELECT j.at, j.seq, j.kind, j.actor, j.correlation, j.data, NULL FROM journal j CROSS JOIN hold h " +
            "WHERE j.subject = @worker AND h.id = j.correlation AND h.source = @source AND j.subject <> @resource");
        // Plans that decided about the worker, as far as they had by then.
        await AddAsync(
            3,
            "SELECT j.at, j.seq, j.kind, j.actor, j.correlation, j.data, NULL FROM " +
            "(SELECT DISTINCT correlation FROM journal WHERE subject = @resource AND at <= @until) c CROSS JOIN journal j " +
            "WHERE j.subject = c.correlation AND j.subject <> @resource AND j.kind IN ('plan.made', 'plan.executed')");
        found.AddRange(await CasesAsync(session, subject, after, until, cancel));
        found.AddRange(await ProofsAsync(session, subject, after, until, limit, cancel));
        return [.. found.OrderBy(e => e.At).ThenBy(e => e.Part).ThenBy(e => e.Seq).Take(limit)];

        async Task AddAsync(int part, string sql)
        {
            var rows = await session.QueryAsync(
                $"WITH t (at, seq, kind, actor, correlation, data, effective_at) AS ({sql}) " +
                $"SELECT * FROM t WHERE at <= @until AND (at, {part}, seq) > (@at, @part, @seq) ORDER BY at, seq LIMIT @limit",
                r => new HistoryEntry(
                    r.GetInt64(0), part, r.GetInt64(1), r.GetString(2), Text(r, 3), Text(r, 4), r.GetString(5), r.IsDBNull(6) ? null : r.GetInt64(6)),
                cancel,
                ("source", subject.Source), ("number", subject.Number), ("resource", subject.ResourceId), ("worker", subject.WorkerId),
                ("until", until), ("at", after.At), ("part", after.Part), ("seq", after.Seq), ("limit", limit));
            found.AddRange(rows);
        }
    }

    // A person leaves a few times at most.
    private static Task<List<HistoryEntry>> CasesAsync(
        Session session, HistorySubject subject, (long At, int Part, long Seq) after, long until, CancellationToken cancel) => session.QueryAsync(
        "SELECT requested_at, id, correlation, cause, record_hash, effective_at, due_at FROM revocation WHERE resource_id = @resource AND requested_at <= @until " +
        $"AND (requested_at, {OfCase}, 0) > (@at, @part, @seq) ORDER BY requested_at",
        r => new HistoryEntry(
            r.GetInt64(0), OfCase, 0, r.GetString(1), null, r.GetString(2),
            new JsonObject { ["cause"] = r.GetString(3), ["recordHash"] = r.GetString(4), ["dueAt"] = Iso(r.GetInt64(6)) }.ToJsonString(),
            r.GetInt64(5)),
        cancel,
        ("resource", subject.ResourceId), ("until", until), ("at", after.At), ("part", after.Part), ("seq", after.Seq));

    private static Task<List<HistoryEntry>> ProofsAsync(
        Session session, HistorySubject subject, (long At, int Part, long Seq) after, long until, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT p.at, p.number, p.revocation_id, p.actor, c.correlation, p.target, p.kind, p.method, p.value, p.verdict, p.previous, p.hash " +
        "FROM revocation c CROSS JOIN proof p WHERE c.resource_id = @resource AND p.revocation_id = c.id AND p.at <= @until " +
        $"AND (p.at, {OfProof}, p.number) > (@at, @part, @seq) ORDER BY p.at, p.number LIMIT @limit",
        r => new HistoryEntry(
            r.GetInt64(0), OfProof, r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetString(4),
            new JsonObject
            {
                ["target"] = r.GetString(5), ["access"] = r.GetString(6), ["method"] = r.GetString(7), ["value"] = r.GetString(8), ["verdict"] = r.GetString(9),
                ["previous"] = r.GetString(10), ["hash"] = r.GetString(11),
            }.ToJsonString(),
            null),
        cancel,
        ("resource", subject.ResourceId), ("until", until), ("at", after.At), ("part", after.Part), ("seq", after.Seq), ("limit", limit));

    private static string Iso(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));

    /// <summary>The worker's accounts.</summary>
    public static Task<List<HistoryAccount>> AccountsAsync(
        Session session, string resourceId, IReadOnlyCollection<string> targets, CancellationToken cancel) => session.QueryAsync(
        "SELECT target, remote_id, active, updated_at FROM link WHERE resource_id = @id AND " + session.Dialect.In("target", "@targets") + " ORDER BY target",
        r => new HistoryAccount(r.GetString(0), Text(r, 1), r.GetBoolean(2), r.GetInt64(3)),
        cancel,
        ("id", resourceId), ("targets", targets));

    /// <summary>What of the worker's user is due.</summary>
    public static Task<List<HistoryDue>> DueAsync(
        Session session, string resourceId, IReadOnlyCollection<string> targets, CancellationToken cancel) => session.QueryAsync(
        "SELECT target, since, attempts + denied, dead, reason FROM due WHERE resource_id = @id AND member_id = '' AND " +
        session.Dialect.In("target", "@targets") + " ORDER BY target",
        r => new HistoryDue(r.GetString(0), r.GetInt64(1), r.GetInt32(2), r.GetBoolean(3), Text(r, 4)),
        cancel,
        ("id", resourceId), ("targets", targets));

    private static HistorySubject ReadSubject(DbDataReader r) => new(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetString(3));

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
