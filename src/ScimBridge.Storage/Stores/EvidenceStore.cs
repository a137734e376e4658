using System.Data.Common;

namespace ScimBridge.Storage.Stores;

/// <summary>An evidence pack that was made. Instants are microseconds since 1970.</summary>
/// <param name="Id">The id; also the name of its file.</param>
/// <param name="From">The beginning of its period.</param>
/// <param name="Until">The end of its period, which is not in it.</param>
/// <param name="Scope">JSON: what was asked for.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who had it made.</param>
/// <param name="Bytes">The size of its file.</param>
/// <param name="Checksum">SHA-256 of its file, hex, lower case.</param>
/// <param name="Figures">Its figures, JSON.</param>
public sealed record StoredPack(
    string Id, long From, long Until, string Scope, long CreatedAt, string CreatedBy, long Bytes, string Checksum, string Figures);

/// <summary>What somebody has access to, and why.</summary>
/// <param name="Source">The source.</param>
/// <param name="Number">The number within the source.</param>
/// <param name="WorkerId">The source's key.</param>
/// <param name="ResourceId">Id of the user, whether it exists or not.</param>
/// <param name="Access">State of access of the last decision; null before the first.</param>
/// <param name="Rule">The rule of the lifecycle that decided.</param>
/// <param name="DecidedAt">When, in microseconds since 1970; 0 before the first.</param>
/// <param name="Record">The last record that the decision rests on; 0 for none.</param>
/// <param name="Correlation">The batch that spoke last.</param>
/// <param name="EndedAt">Since when access is over, in microseconds since 1970; null while it is not.</param>
public sealed record AccessRow(
    string Source, long Number, string WorkerId, string ResourceId, string? Access, string? Rule, long DecidedAt, long Record, string Correlation, long? EndedAt);

/// <summary>Something that is not as it should be, with no personal data.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Fields">What there is to say of it, by name: texts, and instants as microseconds since 1970.</param>
/// <param name="Place">Where the next page of its kind goes on.</param>
public sealed record ExceptionRow(string Kind, IReadOnlyList<(string Name, object? Value)> Fields, IReadOnlyList<string> Place);

/// <summary>What an evidence pack is made of beside the journal, page by page, and the packs that were made.</summary>
public static class EvidenceStore
{
    private const string PackColumns = "id, from_at, until_at, scope, created_at, created_by, bytes, sha256, figures";

    private const string CaseColumns = "SELECT id FROM revocation WHERE id > @after AND requested_at < @until AND (closed_at IS NULL OR closed_at >= @from)";

    // Each kind by a key of its own, which a page goes on behind.
    private static readonly (string Kind, string[] Key, string[] Texts, string[] Instants, string From)[] Kinds =
    [
        ("hold.open", ["id"], ["id", "source", "batch_id", "kind", "records"], ["created_at", "expires_at"], "hold WHERE state = 'open'"),
        ("record.quarantined", ["id"], ["id", "source", "worker_id", "rule", "field", "batch_id"], ["since"], "quarantine WHERE true"),
        ("delivery.refused", ["target", "resource_id", "member_id"], ["target", "resource_id", "member_id", "code"], ["since"], "due WHERE dead"),
        ("leaver.late", ["id"], ["id", "resource_id", "cause"], ["effective_at", "due_at"], "revocation WHERE state = 'open' AND due_at < @now"),
        ("access.notVerified", ["revocation_id", "target", "kind"], ["revocation_id", "resource_id", "target", "kind", "state", "owner", "reason"], ["due_at"],
            "revocation_step WHERE state IN ('unverifiable', 'failed')"),
    ];

    /// <summary>The kinds of exceptions.</summary>
    public static IReadOnlyList<string> ExceptionKinds { get; } = [.. Kinds.Select(k => k.Kind)];

    /// <summary>People in the order of source and number, those after one; where ids of users are given, of these alone.</summary>
    public static Task<List<AccessRow>> AccessAsync(
        Session session, (string Source, long Number) after, IReadOnlyCollection<string>? only, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT source, number, worker_id, resource_id, access, rule, decided_at, decided_seq, correlation, ended_at FROM worker " +
        "WHERE (source, number) > (@source, @number)" + (only is null ? "" : " AND " + session.Dialect.In("resource_id", "@only")) + " ORDER BY source, number LIMIT @limit",
        r => new AccessRow(
            r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetString(3), Text(r, 4), Text(r, 5), r.GetInt64(6), r.GetInt64(7), r.GetString(8),
            r.IsDBNull(9) ? null : r.GetInt64(9)),
        cancel,
        only is null
            ? [("source", after.Source), ("number", after.Number), ("limit", limit)]
            : [("source", after.Source), ("number", after.Number), ("limit", limit), ("only", only)]);

    /// <summary>The accounts of users at a target, by user.</summary>
    public static async Task<Dictionary<string, HistoryAccount>> AccountsAsync(
        Session session, string target, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            $"SELECT resource_id, remote_id, active, updated_at FROM link WHERE target = @target AND {session.Dialect.In("resource_id", "@ids")}",
            r => KeyValuePair.Create(r.GetString(0), new HistoryAccount(target, Text(r, 1), r.GetBoolean(2), r.GetInt64(3))),
            cancel,
            ("target", target), ("ids", resourceIds));
        return new(found, StringComparer.Ordinal);
    }

    /// <summary>Ids of the ends of access that were asked for before the end of a period and not closed before its beginning, in order, those after one.</summary>
    public static Task<List<string>> CasesAsync(
        Session session, string after, long from, long until, IReadOnlyCollection<string>? only, int limit, CancellationToken cancel) => session.QueryAsync(
        CaseColumns + (only is null ? "" : " AND " + session.Dialect.In("resource_id", "@only")) + " ORDER BY id LIMIT @limit",
        r => r.GetString(0),
        cancel,
        only is null
            ? [("after", after), ("from", from), ("until", until), ("limit", limit)]
            : [("after", after), ("from", from), ("until", until), ("limit", limit), ("only", only)]);

    /// <summary>Exceptions of a kind in the order of their keys, those after a place; null for the first.</summary>
    public static Task<List<ExceptionRow>> ExceptionsAsync(
        Session session, string kind, IReadOnlyList<string>? after, long now, int limit, CancellationToken cancel)
    {
        var (_, key, texts, instants, from) = Kinds.First(k => k.Kind == kind);
        var names = key.Select((_, i) => "k" + (char)('0' + i)).ToList();
        var sql = $"SELECT {string.Join(", ", key.Concat(texts).Concat(instants))} FROM {from}" +
            $" AND ({string.Join(", ", key)}) > ({string.Join(", ", names.Select(n => "@" + n))}) ORDER BY {string.Join(", ", key)} LIMIT @limit";
        var parameters = names.Select((n, i) => (n, (object?)(after?[i] ?? ""))).Append(("limit", limit));
        if (from.Contains("@now", StringComparison.Ordinal))
            parameters = parameters.Append(("now", now));
        return session.QueryAsync(
            sql,
            r => new ExceptionRow(
                kind,
                [
                    .. texts.Select((t, i) => (t, r.IsDBNull(key.Length + i) ? null : (object?)r.GetValue(key.Length + i).ToString())),
                    .. instants.Select((t, i) => (t, (object?)r.GetInt64(key.Length + texts.Length + i))),
                ],
                [.. key.Select((_, i) => r.GetString(i))]),
            cancel,
            [.. parameters]);
    }

    /// <summary>Keeps that a pack was made.</summary>
    public static Task AddAsync(Session session, StoredPack pack, CancellationToken cancel) => session.ExecuteAsync(
        $"INSERT INTO evidence_pack ({PackColumns}) VALUES (@id, @from, @until, @scope, @at, @by, @bytes, @sum, @figures)",
        cancel,
        ("id", pack.Id), ("from", pack.From), ("until", pack.Until), ("scope", pack.Scope), ("at", pack.CreatedAt), ("by", pack.CreatedBy), ("bytes", pack.Bytes),
        ("sum", pack.Checksum), ("figures", pack.Figures));

    /// <summary>A pack; null where there is none of that id.</summary>
    public static Task<StoredPack?> FindAsync(Session session, string id, CancellationToken cancel) =>
        session.FirstAsync($"SELECT {PackColumns} FROM evidence_pack WHERE id = @id", ReadPack, cancel, ("id", id));

    /// <summary>Packs, newest first, at most <paramref name="limit"/> before one.</summary>
    public static Task<List<StoredPack>> ListAsync(Session session, string? before, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {PackColumns} FROM evidence_pack WHERE @before = '' OR id < @before ORDER BY id DESC LIMIT @limit",
        ReadPack,
        cancel,
        ("before", before ?? ""), ("limit", limit));

    private static StoredPack ReadPack(DbDataReader r) => new(
        r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3), r.GetInt64(4), r.GetString(5), r.GetInt64(6), r.GetString(7), r.GetString(8));

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
