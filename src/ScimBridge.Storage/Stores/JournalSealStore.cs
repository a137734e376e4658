using System.Data.Common;
using ScimBridge.Provisioning.Journal;

namespace ScimBridge.Storage.Stores;

/// <summary>A head of the chain, signed.</summary>
/// <param name="Block">The block behind which it is the head.</param>
/// <param name="Position">How many entries there are until there.</param>
/// <param name="At">When it was signed, in microseconds since 1970.</param>
/// <param name="KeyId">The key that signed.</param>
/// <param name="Signature">JWS in its compact form; its payload is the anchor.</param>
public sealed record StoredAnchor(long Block, long Position, long At, string KeyId, string Signature);

/// <summary>Where the journal begins: what came before has been cut off.</summary>
/// <param name="Block">The block behind which it begins.</param>
/// <param name="Seq">The last number of the database that was cut off; 0 for none.</param>
public readonly record struct JournalBeginning(long Block, long Seq);

/// <summary>The chain of the journal: its blocks, its anchors, and where it begins.</summary>
public static class JournalSealStore
{
    private const string Columns = "number, first_seq, last_seq, position, from_at, until_at, sealed_at, hash";

    /// <summary>The last block; where the chain has not begun, it begins.</summary>
    public static async Task<JournalBlock> BeginAsync(Session session, long now, CancellationToken cancel)
    {
        if (await HeadAsync(session, cancel) is { } head)
            return head;
        var beginning = JournalBlock.Begin(now);
        await AddAsync(session, beginning, cancel);
        return beginning;
    }

    /// <summary>The last block; null where the chain has not begun.</summary>
    public static Task<JournalBlock?> HeadAsync(Session session, CancellationToken cancel) =>
        session.FirstAsync<JournalBlock?>($"SELECT {Columns} FROM journal_seal ORDER BY number DESC LIMIT 1", Read, cancel);

    /// <summary>A block; null where there is none of that number.</summary>
    public static Task<JournalBlock?> FindAsync(Session session, long number, CancellationToken cancel) =>
        session.FirstAsync<JournalBlock?>($"SELECT {Columns} FROM journal_seal WHERE number = @number", Read, cancel, ("number", number));

    /// <summary>Blocks in their order, those after a number.</summary>
    public static Task<List<JournalBlock>> AfterAsync(Session session, long number, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM journal_seal WHERE number > @number ORDER BY number LIMIT @limit", Read, cancel, ("number", number), ("limit", limit));

    /// <summary>The blocks that have anything from one instant up to another, as the first and the last of them; null where there is none.</summary>
    public static Task<(long First, long Last)?> BetweenAsync(Session session, long from, long until, CancellationToken cancel) => session.FirstAsync(
        "SELECT min(number), max(number) FROM journal_seal WHERE number > 0 AND until_at >= @from AND from_at < @until",
        r => r.IsDBNull(0) ? null : ((long, long)?)(r.GetInt64(0), r.GetInt64(1)),
        cancel,
        ("from", from), ("until", until));

    /// <summary>Adds a block.</summary>
    /// <exception cref="UniquenessException">Raised by the transaction: another one has been there first.</exception>
    public static Task AddAsync(Session session, JournalBlock block, CancellationToken cancel) => session.ExecuteAsync(
        $"INSERT INTO journal_seal ({Columns}) VALUES (@number, @first, @last, @position, @from, @until, @sealed, @hash)",
        cancel,
        ("number", block.Number), ("first", block.FirstSeq), ("last", block.LastSeq), ("position", block.Position), ("from", block.FromAt),
        ("until", block.UntilAt), ("sealed", block.SealedAt), ("hash", block.Hash));

    /// <summary>The number of the last entry that can be seen; 0 where there is none.</summary>
    public static async Task<long> LastSeqAsync(Session session, CancellationToken cancel) =>
        await session.FirstAsync("SELECT coalesce(max(seq), 0) FROM journal", r => r.GetInt64(0), cancel);

    /// <summary>Whether there are entries that have no place in the chain yet.</summary>
    public static async Task<bool> IsBehindAsync(Session session, CancellationToken cancel) =>
        await LastSeqAsync(session, cancel) > ((await HeadAsync(session, cancel))?.LastSeq ?? 0);

    /// <summary>
    /// The transactions that may have taken numbers for entries which nobody else can see yet. Once all that there were have ended, there is nothing to
    /// come below the last number that could be seen before they were asked for.
    /// </summary>
    public static async Task<HashSet<string>> WritersAsync(Session session, CancellationToken cancel) => session.Dialect.WritersOf("journal") is { } query
        ? [.. await session.QueryAsync(query, r => r.GetString(0), cancel)]
        : [];

    /// <summary>The newest anchor; null where there is none.</summary>
    public static Task<StoredAnchor?> LastAnchorAsync(Session session, CancellationToken cancel) =>
        session.FirstAsync<StoredAnchor?>("SELECT block, position, at, key_id, signature FROM journal_anchor ORDER BY block DESC LIMIT 1", ReadAnchor, cancel);

    /// <summary>Anchors in their order, those after a block.</summary>
    public static Task<List<StoredAnchor>> AnchorsAsync(Session session, long afterBlock, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT block, position, at, key_id, signature FROM journal_anchor WHERE block > @after ORDER BY block LIMIT @limit",
        ReadAnchor,
        cancel,
        ("after", afterBlock), ("limit", limit));

    /// <summary>Keeps an anchor; false where its block has one.</summary>
    public static async Task<bool> AddAnchorAsync(Session session, StoredAnchor anchor, CancellationToken cancel) => await session.ExecuteAsync(
        "INSERT INTO journal_anchor (block, position, at, key_id, signature) VALUES (@block, @position, @at, @key, @signature) ON CONFLICT (block) DO NOTHING",
        cancel,
        ("block", anchor.Block), ("position", anchor.Position), ("at", anchor.At), ("key", anchor.KeyId), ("signature", anchor.Signature)) == 1;

    /// <summary>Where the journal begins.</summary>
    public static async Task<JournalBeginning> BeginningAsync(Session session, CancellationToken cancel) =>
        await session.FirstAsync("SELECT block, seq FROM journal_beginning", r => new JournalBeginning(r.GetInt64(0), r.GetInt64(1)), cancel);

    /// <summary>The newest block with an anchor of which nothing, and nothing before it, is from an instant or later; null where there is none.</summary>
    public static Task<JournalBlock?> CutAsync(Session session, long before, CancellationToken cancel) => session.FirstAsync<JournalBlock?>(
        $"SELECT {Columns} FROM journal_seal WHERE number = (SELECT max(a.block) FROM journal_anchor a WHERE a.block < coalesce((" +
        "SELECT min(number) FROM journal_seal WHERE number > (SELECT block FROM journal_beginning) AND until_at >= @before), 9223372036854775807) " +
        "AND a.block > (SELECT block FROM journal_beginning))",
        Read,
        cancel,
        ("before", before));

    /// <summary>Lets the journal begin behind a block that has an anchor.</summary>
    public static Task BeginAtAsync(Session session, JournalBlock block, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE journal_beginning SET block = @block, seq = @seq WHERE block < @block", cancel, ("block", block.Number), ("seq", block.LastSeq));

    /// <summary>Deletes some of what lies before the beginning, with its details; false where nothing is left of it.</summary>
    public static async Task<bool> DropAsync(Session session, JournalBeginning beginning, int limit, CancellationToken cancel)
    {
        var gone = await session.QueryAsync(
            "SELECT seq, subject, commitment FROM journal WHERE seq <= @seq ORDER BY seq LIMIT @limit",
            r => (Seq: r.GetInt64(0), Subject: r.GetString(1), Commitment: r.IsDBNull(2) ? null : r.GetString(2)),
            cancel,
            ("seq", beginning.Seq), ("limit", limit));
        if (gone.Count > 0)
        {
            await session.ExecuteAsync("DELETE FROM journal WHERE seq <= @seq", cancel, ("seq", gone[^1].Seq));
            var details = new Rows("subject", "commitment");
            foreach (var (_, subject, commitment) in gone.Where(g => g.Commitment is not null))
                details.Add(subject, commitment);
            await session.ExecuteAsync("DELETE FROM journal_detail WHERE (subject, commitment) IN ({rows})", details, cancel);
            return true;
        }

        await session.ExecuteAsync("DELETE FROM journal_anchor WHERE block < @block", cancel, ("block", beginning.Block));
        await session.ExecuteAsync("DELETE FROM journal_seal WHERE number < @block", cancel, ("block", beginning.Block));
        return false;
    }

    private static JournalBlock Read(DbDataReader r) => new(
        r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetString(7));

    private static StoredAnchor ReadAnchor(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3), r.GetString(4));
}
