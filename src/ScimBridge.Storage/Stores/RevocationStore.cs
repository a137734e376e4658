using System.Data.Common;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Storage.Stores;

/// <summary>The ends of access, what has to end where, and what was seen of it.</summary>
public static class RevocationStore
{
    private const string CaseColumns =
        "id, resource_id, source, worker_id, cause, correlation, record_hash, heard_at, effective_at, requested_at, due_at, state, closed_at, " +
        "escalated_at, head";

    private const string StepColumns =
        "s.revocation_id, s.target, s.kind, s.resource_id, s.requested_at, s.state, s.due_at, s.attempts, s.checks, s.verified_at, " +
        "s.acknowledged_at, s.remote_id, s.next_at, s.reason, s.owner, s.proof_number";

    /// <summary>
    /// Opens cases, of those who have none that is current, with a step for each of the kinds at each target that the person has, or is
    /// about to have, an account at.
    /// </summary>
    /// <param name="session">The transaction of the decision.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="kinds">What has to end at which target; of a target that is not named, the account.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task OpenAsync(
        Session session,
        IReadOnlyCollection<Revocation> cases,
        IReadOnlyDictionary<string, IReadOnlyCollection<AccessKind>> kinds,
        CancellationToken cancel)
    {
        if (cases.Count == 0)
            return;
        var rows = new Rows(
            "id", "resource_id", "source", "worker_id", "cause", "correlation", "record_hash", "heard_at:int", "effective_at:int",
            "requested_at:int", "due_at:int", "head");
        foreach (var c in cases.OrderBy(c => c.ResourceId, StringComparer.Ordinal))
        {
            rows.Add(
                c.Id, c.ResourceId, c.Source, c.WorkerId, c.Cause, c.Correlation, c.RecordHash, c.HeardAt, c.EffectiveAt, c.RequestedAt, c.DueAt,
                c.Head);
        }

        await session.ExecuteAsync(
            "INSERT INTO revocation (id, resource_id, source, worker_id, cause, correlation, record_hash, heard_at, effective_at, requested_at, " +
            "due_at, state, head) SELECT v.id, v.resource_id, v.source, v.worker_id, v.cause, v.correlation, v.record_hash, v.heard_at, " +
            "v.effective_at, v.requested_at, v.due_at, 'open', v.head FROM ({rows}) AS v WHERE true " +
            "ON CONFLICT (resource_id) WHERE state <> 'returned' DO NOTHING",
            rows,
            cancel);
        var opened = (await session.QueryAsync(
            $"SELECT id, resource_id, requested_at, due_at FROM revocation WHERE {session.Dialect.In("id", "@ids")}",
            r => (Id: r.GetString(0), Resource: r.GetString(1), Requested: r.GetInt64(2), Due: r.GetInt64(3)),
            cancel,
            ("ids", cases.Select(c => c.Id).ToList()))).ToDictionary(c => c.Resource, StringComparer.Ordinal);
        var linked = await session.QueryAsync(
            $"SELECT resource_id, target, remote_id FROM link WHERE {session.Dialect.In("target", "@targets")} AND {session.Dialect.In("resource_id", "@ids")}",
            r => (Resource: r.GetString(0), Target: r.GetString(1), Remote: r.IsDBNull(2) ? null : r.GetString(2)),
            cancel,
            ("targets", await LinkStore.TargetsAsync(session, cancel)), ("ids", opened.Keys));
        var steps = new Rows("revocation_id", "target", "kind", "resource_id", "remote_id", "requested_at:int", "due_at:int");
        foreach (var l in linked)
        {
            var c = opened[l.Resource];
            foreach (var kind in kinds.GetValueOrDefault(l.Target) ?? [AccessKind.Account])
                steps.Add(c.Id, l.Target, Words.Of(kind), l.Resource, l.Remote, c.Requested, c.Due);
        }

        await session.ExecuteAsync(
            "INSERT INTO revocation_step (revocation_id, target, kind, resource_id, remote_id, state, requested_at, due_at, next_at) " +
            "SELECT v.revocation_id, v.target, v.kind, v.resource_id, v.remote_id, 'requested', v.requested_at, v.due_at, v.requested_at " +
            "FROM ({rows}) AS v",
            steps,
            cancel);
        // Who had nothing anywhere is done.
        await CloseAsync(session, [.. cases.Select(c => c.Id)], cases.First().RequestedAt, cancel);
    }

    /// <summary>Ends the current cases of those who are back: what was seen stays, and nobody looks any more.</summary>
    public static async Task ReturnAsync(Session session, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        if (resourceIds.Count == 0)
            return;
        await session.ExecuteAsync(
            "UPDATE revocation_step SET next_at = NULL WHERE next_at IS NOT NULL AND revocation_id IN (SELECT id FROM revocation WHERE state <> 'returned' AND " +
            session.Dialect.In("resource_id", "@ids") + ")",
            cancel,
            ("ids", resourceIds));
        await session.ExecuteAsync(
            $"UPDATE revocation SET state = 'returned' WHERE state <> 'returned' AND {session.Dialect.In("resource_id", "@ids")}", cancel, ("ids", resourceIds));
    }

    /// <summary>The steps that are to be looked at now at a target: first what was never proven, then what is looked at again.</summary>
    public static async Task<List<RevocationStep>> DueAsync(Session session, string target, long now, int limit, CancellationToken cancel)
    {
        var due = await TakeAsync("<>", limit);
        return due.Count == limit ? due : [.. due, .. await TakeAsync("=", limit - due.Count)];

        Task<List<RevocationStep>> TakeAsync(string isVerified, int most) => session.QueryAsync(
            $"SELECT {StepColumns}, c.correlation, CASE WHEN c.heard_at > c.effective_at THEN c.heard_at ELSE c.effective_at END FROM revocation_step s " +
            $"JOIN revocation c ON c.id = s.revocation_id WHERE s.target = @target AND s.next_at IS NOT NULL AND s.state {isVerified} 'verified' " +
            "AND s.next_at <= @now ORDER BY s.next_at LIMIT @limit",
            r => ReadStep(r) with { Correlation = r.GetString(16), Since = r.GetInt64(17) },
            cancel,
            ("target", target), ("now", now), ("limit", most));
    }

    /// <summary>When the next step of a target is to be looked at, in microseconds since 1970; null where none is.</summary>
    public static Task<long?> NextAtAsync(Session session, string target, CancellationToken cancel) => session.FirstAsync(
        "SELECT min(next_at) FROM revocation_step WHERE target = @target AND next_at IS NOT NULL",
        r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0),
        cancel,
        ("target", target));

    /// <summary>Lets what waits for the delivery of some accounts be looked at now. Answers whether there is any.</summary>
    public static async Task<bool> WakeAsync(
        Session session, string target, IReadOnlyCollection<string> resourceIds, long now, CancellationToken cancel) =>
        resourceIds.Count > 0 && await session.ExecuteAsync(
            "UPDATE revocation_step SET next_at = @now WHERE target = @target AND next_at > @now AND state <> 'verified' AND " +
            session.Dialect.In("resource_id", "@ids"),
            cancel,
            ("target", target), ("now", now), ("ids", resourceIds)) > 0;

    /// <summary>Lets the accounts of leavers be looked at now, whatever was proven of them: somebody has seen one that can be used.</summary>
    public static Task RecheckAsync(
        Session session, string target, IReadOnlyCollection<string> resourceIds, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE revocation_step SET next_at = @now WHERE target = @target AND kind = 'account' AND (next_at IS NULL OR next_at > @now) AND " +
        $"{session.Dialect.In("resource_id", "@ids")} AND EXISTS (SELECT 1 FROM revocation c WHERE c.id = revocation_step.revocation_id AND c.state <> 'returned')",
        cancel,
        ("target", target), ("now", now), ("ids", resourceIds));

    /// <summary>Whether the account of a case at a target is known to be shut: the other kinds wait for it.</summary>
    public static async Task<HashSet<string>> ShutAsync(
        Session session, string target, IReadOnlyCollection<string> revocationIds, CancellationToken cancel) =>
        [.. await session.QueryAsync(
            "SELECT revocation_id FROM revocation_step WHERE target = @target AND kind = 'account' AND state IN ('verified', 'unverifiable') AND " +
            session.Dialect.In("revocation_id", "@ids"),
            r => r.GetString(0),
            cancel,
            ("target", target), ("ids", revocationIds))];

    /// <summary>
    /// Writes what became of steps, what was seen, and which cases that closes or opens again. A step that was asked for anew meanwhile,
    /// or whose case is over, is left as it is. Answers with the ids of the cases that are open again or closed now.
    /// </summary>
    public static async Task<(List<string> Reopened, List<string> Closed)> SettleAsync(
        Session session, IReadOnlyCollection<StepSettlement> settlements, string actor, long now, CancellationToken cancel)
    {
        var ids = settlements.Select(s => s.Step.RevocationId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        // Two targets may write proofs of one case at once: the row of the case is what they take turns on.
        var heads = await LockAsync(session, ids, cancel);
        var proofs = new Rows(
            "revocation_id", "number:int", "target", "kind", "at:int", "method", "value", "verdict", "actor", "previous", "hash");
        var changed = new Rows(
            "revocation_id", "target", "kind", "requested_at:int", "state", "asked_at:int", "acknowledged_at:int", "verified_at:int", "next_at:int", "checks:int",
            "attempts:int", "reason", "owner", "remote_id", "proof_number:int", "proof_verdict");
        var reopened = new HashSet<(string Case, string Target)>();
        foreach (var s in settlements.Where(s => heads.ContainsKey(s.Step.RevocationId)))
        {
            var (step, change) = (s.Step, s.Change);
            long? number = null;
            if (change.Seen is var (reading, verdict))
            {
                var (count, head) = heads[step.RevocationId];
                number = count + 1;
                var fact = new ProofFact(
                    step.RevocationId, number.Value, step.Target, step.Kind, Microseconds.ToInstant(now), reading.Method, reading.Value, verdict, actor);
                var hash = fact.HashAfter(head);
                proofs.Add(
                    step.RevocationId, number, step.Target, Words.Of(step.Kind), now, reading.Method, reading.Value, Words.Of(verdict), actor, head, hash);
                heads[step.RevocationId] = (number.Value, hash);
            }

            var proves = change.Progress.State == StepState.Verified;
            var isNew = proves && change.Seen?.Verdict == Verdict.Cut;
            var progress = change.Progress;
            changed.Add(
                step.RevocationId, step.Target, Words.Of(step.Kind), step.RequestedAt, Words.Of(progress.State),
                change.IsReopened ? now : step.RequestedAt, progress.AcknowledgedAt?.ToMicroseconds(), progress.VerifiedAt?.ToMicroseconds(),
                change.NextAt?.ToMicroseconds(), (long)progress.Checks, (long)progress.Attempts, change.Reason,
                progress.State == StepState.Unverifiable ? s.Owner : null, s.RemoteId ?? step.RemoteId,
                isNew ? number : proves ? step.ProofNumber : null, proves ? "cut" : null);
            if (change.IsReopened)
                reopened.Add((step.RevocationId, step.Target));
        }

        await session.ExecuteAsync(
            "INSERT INTO proof (revocation_id, number, target, kind, at, method, value, verdict, actor, previous, hash) {rows}", proofs, cancel);
        await session.ExecuteAsync(
            "UPDATE revocation_step SET state = v.state, requested_at = v.asked_at, acknowledged_at = v.acknowledged_at, verified_at = v.verified_at, " +
            "next_at = v.next_at, checks = v.checks, attempts = v.attempts, reason = v.reason, owner = v.owner, remote_id = v.remote_id, " +
            "proof_number = v.proof_number, proof_verdict = v.proof_verdict FROM ({rows}) AS v WHERE revocation_step.revocation_id = v.revocation_id AND " +
            "revocation_step.target = v.target AND revocation_step.kind = v.kind AND revocation_step.requested_at = v.requested_at",
            changed,
            cancel);
        await WriteHeadsAsync(session, heads, cancel);
        await AskAgainAsync(session, reopened, now, cancel);
        var again = await session.QueryAsync(
            $"SELECT id FROM revocation c WHERE state = 'closed' AND {session.Dialect.In("id", "@ids")} AND EXISTS (SELECT 1 FROM revocation_step s " +
            "WHERE s.revocation_id = c.id AND s.state NOT IN ('verified', 'unverifiable'))",
            r => r.GetString(0),
            cancel,
            ("ids", ids));
        await session.ExecuteAsync(
            $"UPDATE revocation SET state = 'open', closed_at = NULL, escalated_at = NULL WHERE {session.Dialect.In("id", "@ids")}", cancel, ("ids", again));
        return (again, await CloseAsync(session, ids, now, cancel));
    }

    /// <summary>Closes the cases of some people in which nothing is open any more; answers with their ids.</summary>
    public static async Task<List<string>> CloseOfAsync(Session session, IReadOnlyCollection<string> resourceIds, long now, CancellationToken cancel)
    {
        if (resourceIds.Count == 0)
            return [];
        var open = await session.QueryAsync(
            $"SELECT id FROM revocation WHERE state = 'open' AND {session.Dialect.In("resource_id", "@ids")}", r => r.GetString(0), cancel, ("ids", resourceIds));
        return open.Count == 0 ? [] : await CloseAsync(session, open, now, cancel);
    }

    /// <summary>
    /// Cases in which something is open at a target beyond its time, and of which nobody has been told. What a leaver knows of service accounts has
    /// deadlines of its own.
    /// </summary>
    public static Task<List<Revocation>> OverdueAsync(Session session, long now, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {CaseColumns} FROM revocation WHERE state = 'open' AND escalated_at IS NULL AND due_at < @now AND EXISTS (" +
        "SELECT 1 FROM revocation_step s WHERE s.revocation_id = revocation.id AND s.state NOT IN ('verified', 'unverifiable')) ORDER BY due_at LIMIT @limit",
        ReadCase,
        cancel,
        ("now", now), ("limit", limit));

    /// <summary>Notes that somebody is told that cases are late.</summary>
    public static Task EscalateAsync(Session session, IReadOnlyCollection<string> ids, long now, CancellationToken cancel) => session.ExecuteAsync(
        $"UPDATE revocation SET escalated_at = @now WHERE {session.Dialect.In("id", "@ids")}", cancel, ("now", now), ("ids", ids));

    /// <summary>A case; null where there is none of that id.</summary>
    public static Task<Revocation?> FindAsync(Session session, string id, CancellationToken cancel) =>
        session.FirstAsync($"SELECT {CaseColumns} FROM revocation WHERE id = @id", ReadCase, cancel, ("id", id));

    /// <summary>The cases of some ids.</summary>
    public static async Task<IReadOnlyList<Revocation>> FindAsync(Session session, IReadOnlyCollection<string> ids, CancellationToken cancel) =>
        ids.Count == 0 ? [] : await session.QueryAsync(
            $"SELECT {CaseColumns} FROM revocation WHERE {session.Dialect.In("id", "@ids")} ORDER BY id", ReadCase, cancel, ("ids", ids));

    /// <summary>The targets, configured or not, at which something is not yet proven to have ended.</summary>
    public static Task<List<string>> TargetsAsync(Session session, CancellationToken cancel) => session.QueryAsync(
        "SELECT DISTINCT target FROM revocation_step WHERE next_at IS NOT NULL AND state <> 'verified'", r => r.GetString(0), cancel);

    /// <summary>The cases of a person, newest first.</summary>
    public static Task<List<Revocation>> OfAsync(Session session, string resourceId, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {CaseColumns} FROM revocation WHERE resource_id = @id ORDER BY id DESC", ReadCase, cancel, ("id", resourceId));

    /// <summary>Cases, newest first, at most <paramref name="limit"/> before <paramref name="before"/>.</summary>
    public static Task<List<Revocation>> ListAsync(Session session, string? state, string? before, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {CaseColumns} FROM revocation WHERE (@state = '' OR state = @state) AND (@before = '' OR id < @before) ORDER BY id DESC LIMIT @limit",
        ReadCase,
        cancel,
        ("state", state ?? ""), ("before", before ?? ""), ("limit", limit));

    /// <summary>The steps of a case.</summary>
    public static Task<List<RevocationStep>> StepsAsync(Session session, string revocationId, CancellationToken cancel) =>
        StepsAsync(session, [revocationId], cancel);

    /// <summary>What has to end in some cases, of each in the same order.</summary>
    public static async Task<List<RevocationStep>> StepsAsync(Session session, IReadOnlyCollection<string> revocationIds, CancellationToken cancel) =>
        revocationIds.Count == 0 ? [] : await session.QueryAsync(
            $"SELECT {StepColumns} FROM revocation_step s WHERE {session.Dialect.In("s.revocation_id", "@ids")} ORDER BY s.revocation_id, s.target, s.kind",
            ReadStep,
            cancel,
            ("ids", revocationIds));

    /// <summary>What was seen in a case, in order.</summary>
    public static Task<List<StoredProof>> ProofsAsync(Session session, string revocationId, CancellationToken cancel) =>
        ProofsAsync(session, [revocationId], cancel);

    /// <summary>What was seen in some cases, of each in order.</summary>
    public static async Task<List<StoredProof>> ProofsAsync(Session session, IReadOnlyCollection<string> revocationIds, CancellationToken cancel) =>
        revocationIds.Count == 0 ? [] : await session.QueryAsync(
            "SELECT revocation_id, number, target, kind, at, method, value, verdict, actor, previous, hash FROM proof " +
            $"WHERE {session.Dialect.In("revocation_id", "@ids")} ORDER BY revocation_id, number",
            r => new StoredProof(
                new ProofFact(
                    r.GetString(0), r.GetInt64(1), r.GetString(2), Words.Read<AccessKind>(r.GetString(3)), Microseconds.ToInstant(r.GetInt64(4)), r.GetString(5),
                    r.GetString(6), Words.Read<Verdict>(r.GetString(7)), r.GetString(8)),
                r.GetString(9),
                r.GetString(10)),
            cancel,
            ("ids", revocationIds));

    private static async Task<Dictionary<string, (long Count, string Head)>> LockAsync(Session session, List<string> ids, CancellationToken cancel)
    {
        await session.ExecuteAsync(
            $"UPDATE revocation SET proofs = proofs WHERE state <> 'returned' AND {session.Dialect.In("id", "@ids")}", cancel, ("ids", ids));
        var heads = await session.QueryAsync(
            $"SELECT id, proofs, head FROM revocation WHERE state <> 'returned' AND {session.Dialect.In("id", "@ids")}",
            r => KeyValuePair.Create(r.GetString(0), (r.GetInt64(1), r.GetString(2))),
            cancel,
            ("ids", ids));
        return new(heads, StringComparer.Ordinal);
    }

    private static Task WriteHeadsAsync(Session session, Dictionary<string, (long Count, string Head)> heads, CancellationToken cancel)
    {
        var rows = new Rows("id", "proofs:int", "head");
        foreach (var (id, (count, head)) in heads.OrderBy(h => h.Key, StringComparer.Ordinal))
            rows.Add(id, count, head);
        return session.ExecuteAsync("UPDATE revocation SET proofs = v.proofs, head = v.head FROM ({rows}) AS v WHERE revocation.id = v.id", rows, cancel);
    }

    // Who has the account again may have begun anything with it.
    private static Task AskAgainAsync(Session session, HashSet<(string Case, string Target)> reopened, long now, CancellationToken cancel)
    {
        var rows = new Rows("revocation_id", "target", "now:int");
        foreach (var (id, target) in reopened)
            rows.Add(id, target, now);
        return session.ExecuteAsync(
            "UPDATE revocation_step SET state = 'requested', requested_at = v.now, acknowledged_at = NULL, verified_at = NULL, next_at = v.now, checks = 0, " +
            "attempts = 0, owner = NULL, proof_number = NULL, proof_verdict = NULL FROM ({rows}) AS v WHERE " +
            "revocation_step.revocation_id = v.revocation_id AND revocation_step.target = v.target AND revocation_step.state <> 'requested'",
            rows,
            cancel);
    }

    private static async Task<List<string>> CloseAsync(Session session, IReadOnlyCollection<string> ids, long now, CancellationToken cancel)
    {
        var shut = await session.QueryAsync(
            $"SELECT id, resource_id FROM revocation c WHERE state = 'open' AND {session.Dialect.In("id", "@ids")} AND NOT EXISTS (SELECT 1 FROM revocation_step s " +
            "WHERE s.revocation_id = c.id AND s.state NOT IN ('verified', 'unverifiable'))",
            r => (Id: r.GetString(0), Person: r.GetString(1)),
            cancel,
            ("ids", ids));
        var exposed = await ServiceAccountStore.ExposedToAsync(session, [.. shut.Select(c => c.Person)], cancel);
        var done = shut.Where(c => !exposed.Contains(c.Person)).Select(c => c.Id).ToList();
        if (done.Count > 0)
        {
            await session.ExecuteAsync(
                $"UPDATE revocation SET state = 'closed', closed_at = @now WHERE {session.Dialect.In("id", "@ids")}", cancel, ("now", now), ("ids", done));
        }

        return done;
    }

    private static Revocation ReadCase(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetInt64(7), r.GetInt64(8),
        r.GetInt64(9), r.GetInt64(10))
    {
        State = r.GetString(11),
        ClosedAt = Long(r, 12),
        EscalatedAt = Long(r, 13),
        Head = r.GetString(14),
    };

    private static RevocationStep ReadStep(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), Words.Read<AccessKind>(r.GetString(2)), r.GetString(3), r.GetInt64(4), new StepProgress(
            Words.Read<StepState>(r.GetString(5)), Microseconds.ToInstant(r.GetInt64(6)), r.GetInt32(7), r.GetInt32(8),
            Long(r, 9) is { } verified ? Microseconds.ToInstant(verified) : null,
            Long(r, 10) is { } acknowledged ? Microseconds.ToInstant(acknowledged) : null))
    {
        RemoteId = Text(r, 11),
        NextAt = Long(r, 12),
        Reason = Text(r, 13),
        Owner = Text(r, 14),
        ProofNumber = Long(r, 15),
    };

    private static long? Long(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetInt64(column);

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
