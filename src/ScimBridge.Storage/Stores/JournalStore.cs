using System.Data.Common;
using System.Security.Cryptography;
using ScimBridge.Provisioning.Journal;

namespace ScimBridge.Storage.Stores;

/// <summary>One fact in the journal.</summary>
/// <param name="Kind">What happened, e.g. <c>account.created</c>.</param>
/// <param name="Subject">Id of the resource.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Correlation">What it belongs to.</param>
/// <param name="Data">JSON: names and ids, no personal data.</param>
public readonly record struct JournalEntry(string Kind, string Subject, string Actor, string Correlation, string Data)
{
    /// <summary>
    /// JSON that may hold personal data, such as what something was before and is after; null where there is none. The entry has a salted hash of it,
    /// and it can be erased with the person who is the subject.
    /// </summary>
    public string? Detail { get; init; }
}

/// <summary>A detail of an entry.</summary>
/// <param name="Salt">What was hashed with it.</param>
/// <param name="Value">The detail, JSON.</param>
public sealed record JournalDetail(string Salt, string Value);

/// <summary>The journal: appended to, never changed. Entries get their place in the chain later (<see cref="JournalSealStore"/>).</summary>
public static class JournalStore
{
    private const int SaltBytes = 16;

    internal const string Columns = "seq, at, kind, subject, actor, correlation, data, commitment";

    /// <summary>Appends entries.</summary>
    public static async Task AppendAsync(Session session, IEnumerable<JournalEntry> entries, long at, CancellationToken cancel)
    {
        var rows = new Rows("at:int", "kind", "subject", "actor", "correlation", "data", "commitment");
        var details = new Rows("subject", "commitment", "salt", "value");
        foreach (var e in entries)
        {
            string? commitment = null;
            if (e.Detail is not null)
            {
                var salt = RandomNumberGenerator.GetHexString(2 * SaltBytes, lowercase: true);
                commitment = Commitment.Of(salt, e.Detail);
                details.Add(e.Subject, commitment, salt, e.Detail);
            }

            rows.Add(at, e.Kind, e.Subject, e.Actor, e.Correlation, e.Data, commitment);
        }

        await session.ExecuteAsync("INSERT INTO journal (at, kind, subject, actor, correlation, data, commitment) {rows}", rows, cancel);
        await session.ExecuteAsync("INSERT INTO journal_detail (subject, commitment, salt, value) {rows}", details, cancel);
    }

    /// <summary>Entries in their order, those after a number of the database up to another; their positions follow <paramref name="position"/>.</summary>
    public static async Task<List<SealedEntry>> AfterAsync(
        Session session, long after, long until, long position, int limit, CancellationToken cancel)
    {
        var entries = await session.QueryAsync(
            $"SELECT {Columns} FROM journal WHERE seq > @after AND seq <= @until ORDER BY seq LIMIT @limit",
            r => Read(r, position: 0),
            cancel,
            ("after", after), ("until", until), ("limit", limit));
        for (var i = 0; i < entries.Count; i++)
            entries[i] = entries[i] with { Position = position + 1 + i };
        return entries;
    }

    /// <summary>The entries about a subject, the last first; their positions are not told.</summary>
    public static Task<List<SealedEntry>> OfAsync(Session session, string subject, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM journal WHERE subject = @subject ORDER BY seq DESC", r => Read(r, position: 0), cancel, ("subject", subject));

    /// <summary>The entries about each of some subjects, the last first.</summary>
    public static async Task<ILookup<string, SealedEntry>> OfAsync(Session session, IReadOnlyCollection<string> subjects, CancellationToken cancel) =>
        (await session.QueryAsync(
            $"SELECT {Columns} FROM journal WHERE {session.Dialect.In("subject", "@subjects")} ORDER BY seq DESC", r => Read(r, position: 0), cancel,
            ("subjects", subjects))).ToLookup(e => e.Subject, StringComparer.Ordinal);

    /// <summary>The details of those of some entries that have any, by their commitments; what was erased is missing.</summary>
    public static async Task<Dictionary<string, JournalDetail>> DetailsAsync(Session session, IEnumerable<SealedEntry> entries, CancellationToken cancel)
    {
        var found = new Dictionary<string, JournalDetail>(StringComparer.Ordinal);
        var of = entries.Where(e => e.Commitment is not null).ToList();
        if (of.Count == 0)
            return found;
        var wanted = of.Select(o => o.Commitment!).ToHashSet(StringComparer.Ordinal);
        // By subject, which the key begins with: of one subject there are few.
        foreach (var (commitment, detail) in await session.QueryAsync(
            "SELECT commitment, salt, value FROM journal_detail WHERE " + session.Dialect.In("subject", "@subjects"),
            r => KeyValuePair.Create(r.GetString(0), new JournalDetail(r.GetString(1), r.GetString(2))),
            cancel,
            ("subjects", of.Select(o => o.Subject).Distinct(StringComparer.Ordinal).ToList())))
        {
            if (wanted.Contains(commitment))
                found[commitment] = detail;
        }

        return found;
    }

    internal static SealedEntry Read(DbDataReader r, long position) => new(
        position, r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6),
        r.IsDBNull(7) ? null : r.GetString(7));
}
