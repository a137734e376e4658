using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Provisioning.Tests.Journal;

/// <summary>The canonical form of what is hashed: one list of fields, one row of bytes.</summary>
public sealed class ChainTests
{
    // What fields are cut up by stands in them too.
    private static readonly Gen<string> Texts = Gen.ArrayOf(Gen.Elements('a', '1', '2', ':', ',', 'ø', '\ud83d', ' ', '"')).Select(c => new string(c));

    private static readonly Gen<string[]> Fields = Gen.ArrayOf(Texts);

    private static readonly SealedEntry Entry = new(3, 7, 1_000_000, "user.updated", "019d", "hr:people", "batch", """{"attributes":["title"]}""", "c0ffee");

    [Fact]
    public void Fields_are_hashed_as_netstrings_of_utf_8()
    {
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("5:hello,0:,3:dé,")));
        Assert.Equal(expected, FieldHash.Of("hello", "", "dé"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([])), FieldHash.Of());
    }

    [Property(MaxTest = 5000)]
    public Property Different_fields_are_never_the_same_bytes() => Prop.ForAll(
        Arb.From(from one in Fields from other in Fields select (one, other)),
        pair => FieldHash.Of(pair.one) == FieldHash.Of(pair.other) == Read(pair.one).SequenceEqual(Read(pair.other), StringComparer.Ordinal));

    [Property(MaxTest = 2000)]
    public Property What_is_moved_from_one_field_to_the_next_is_seen() => Prop.ForAll(
        Arb.From(from text in Texts.Where(t => t.Length > 0) from cut in Gen.Choose(0, 1000) select (text, cut)),
        c =>
        {
            var at = c.cut % c.text.Length;
            return Read([c.text[..at], c.text[at..]]).SequenceEqual(Read([c.text, ""]), StringComparer.Ordinal)
                || FieldHash.Of(c.text[..at], c.text[at..]) != FieldHash.Of(c.text, "");
        });

    [Fact]
    public void Every_field_of_an_entry_and_of_a_block_counts()
    {
        SealedEntry[] entries =
        [
            Entry, Entry with { Position = 4 }, Entry with { Seq = 8 }, Entry with { At = 1_000_001 }, Entry with { Kind = "user.created" }, Entry with { Subject = "019e" },
            Entry with { Actor = "hr:other" }, Entry with { Correlation = "other" }, Entry with { Data = "{}" }, Entry with { Commitment = "c0ffef" },
            Entry with { Commitment = null },
        ];
        Assert.Equal(entries.Length, entries.Select(e => e.Digest()).Distinct(StringComparer.Ordinal).Count());

        var block = new JournalBlock(2, 4, 9, 6, 100, 200, 300, "");
        JournalBlock[] blocks =
        [
            block, block with { Number = 3 }, block with { FirstSeq = 5 }, block with { LastSeq = 8 }, block with { Position = 7 }, block with { FromAt = 101 },
            block with { UntilAt = 201 }, block with { SealedAt = 301 },
        ];
        Assert.Equal(blocks.Length, blocks.Select(b => b.Close("head")).Distinct(StringComparer.Ordinal).Count());
        Assert.NotEqual(block.Close("head"), block.Close("other"));
    }

    [Fact]
    public void Block_follows_the_one_before_and_covers_what_it_has()
    {
        var begin = JournalBlock.Begin(50);
        Assert.Equal(begin, JournalBlock.Begin(50));
        Assert.NotEqual(begin.Hash, JournalBlock.Begin(51).Hash);
        var block = JournalBlock.Of(begin, [Entry with { Position = 1, Seq = 5, At = 20 }, Entry with { Position = 2, Seq = 9, At = 10 }], 30);
        Assert.Equal((1, 1, 9, 2, 10, 20, 30), (block.Number, block.FirstSeq, block.LastSeq, block.Position, block.FromAt, block.UntilAt, block.SealedAt));
        Assert.NotEqual(block.Hash, JournalBlock.Of(begin, [Entry with { Position = 1, Seq = 5, At = 20 }, Entry with { Position = 2, Seq = 9, At = 11 }], 30).Hash);
    }

    // A lone half of a surrogate pair is written as what stands for anything that cannot be written.
    private static IEnumerable<string> Read(string[] fields) => fields.Select(f => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(f)));
}
