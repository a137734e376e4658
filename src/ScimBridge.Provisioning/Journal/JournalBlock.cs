using System.Globalization;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Provisioning.Journal;

/// <summary>Some entries that follow one another in the chain and were sealed together: every entry of the journal from the first number to the last.</summary>
/// <param name="Number">0 for the beginning of a journal, which has no entries; then 1, 2, 3, ...</param>
/// <param name="FirstSeq">From which number of the database on it has all entries.</param>
/// <param name="LastSeq">The number of its last entry.</param>
/// <param name="Position">The position of its last entry, which is how many entries there are until here.</param>
/// <param name="FromAt">The earliest instant of an entry, in microseconds since 1970.</param>
/// <param name="UntilAt">The latest instant of an entry, likewise.</param>
/// <param name="SealedAt">When it was sealed, likewise.</param>
/// <param name="Hash">The head of the chain behind it.</param>
public sealed record JournalBlock(
    long Number, long FirstSeq, long LastSeq, long Position, long FromAt, long UntilAt, long SealedAt, string Hash)
{
    /// <summary>The beginning of a journal.</summary>
    /// <param name="at">When it began, in microseconds since 1970.</param>
    public static JournalBlock Begin(long at) => new(0, 0, 0, 0, at, at, at, FieldHash.Of("scimbridge-journal", Text(at)));

    /// <summary>The block of some entries, which are all that there are behind the block before.</summary>
    /// <param name="before">The block before.</param>
    /// <param name="entries">The entries, at least one, in their order.</param>
    /// <param name="at">When it is sealed, in microseconds since 1970.</param>
    public static JournalBlock Of(JournalBlock before, IReadOnlyList<SealedEntry> entries, long at)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(entries);
        var head = before.Hash;
        foreach (var entry in entries)
            head = After(head, entry.Digest());
        var block = new JournalBlock(
            before.Number + 1, before.LastSeq + 1, entries[^1].Seq, entries[^1].Position, entries.Min(e => e.At), entries.Max(e => e.At), at, "");
        return block with { Hash = block.Close(head) };
    }

    /// <summary>The head of the chain behind an entry: the hash over the head before it and its digest.</summary>
    public static string After(string head, string digest) => FieldHash.Of(head, digest);

    /// <summary>
    /// The head behind the block: the hash over the head behind its last entry and number, first and last seq, position, earliest and latest
    /// instant, and when it was sealed.
    /// </summary>
    /// <param name="head">The head behind its last entry.</param>
    public string Close(string head) => FieldHash.Of(
        head, Text(Number), Text(FirstSeq), Text(LastSeq), Text(Position), Text(FromAt), Text(UntilAt), Text(SealedAt));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
