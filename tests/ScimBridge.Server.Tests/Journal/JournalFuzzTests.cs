using System.Globalization;
using ScimBridge.Fixtures;
using ScimBridge.Server.Evidence;
using ScimBridge.Storage;

namespace ScimBridge.Server.Tests.Journal;

/// <summary>Whatever is changed in the rows of the journal is found, wherever it is.</summary>
public sealed class JournalFuzzTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly (string Table, string Key, string[] Texts, string[] Numbers)[] Tables =
    [
        ("journal", "seq", ["kind", "subject", "actor", "correlation", "data", "commitment"], ["at", "seq"]),
        ("journal_detail", "commitment", ["subject", "commitment", "salt", "value"], []),
        ("journal_seal", "number", ["hash"], ["first_seq", "last_seq", "position", "from_at", "until_at", "sealed_at"]),
        ("journal_anchor", "block", ["key_id", "signature"], ["position", "at"]),
        ("journal_beginning", "one", [], ["block", "seq"]),
    ];

    // On PostgreSQL each try is some round trips, and what is tried is the same code.
    [Theory]
    [InlineData(DatabaseKind.Sqlite, 10_000)]
    [InlineData(DatabaseKind.Postgres, 1_000)]
    public async Task Every_flip_is_found(DatabaseKind kind, int flips)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        for (var block = 0; block < 3; block++)
        {
            for (var i = 0; i < 4; i++)
                await bridge.Database.NoteAsync($"u{block}{i}", i % 2 == 0 ? $$$"""{"before":{"title":"T{{{i}}}"},"after":{"title":"Ü"}}""" : null, at: 1_000_000 + i);
            bridge.Time.Advance(TimeSpan.FromHours(1));
            await bridge.SealAsync();
        }

        var keys = await bridge.KeysAsync();
        var sound = await bridge.CheckAsync();
        Assert.Empty(sound.Faults);
        Assert.Equal((12, 3), (sound.Entries, sound.Blocks));
        Assert.True(sound.Anchors > 0);
        await bridge.UnguardAsync();
        await bridge.Database.WriteAsync(s => s.ExecuteAsync(kind == DatabaseKind.Sqlite ? "PRAGMA defer_foreign_keys = ON" : "ALTER TABLE journal_anchor DROP CONSTRAINT journal_anchor_block_fkey", None), None);

        var random = new Random(20_260_302);
        var missed = new List<string>();
        // One transaction, which is taken back: each flip is undone by hand, and what is left over would be found by the next.
        await Assert.ThrowsAsync<TakenBackException>(() => bridge.Database.WriteAsync(
            async s =>
            {
                for (var i = 0; i < flips; i++)
                {
                    var (what, undo) = await FlipAsync(s, random, kind);
                    if ((await JournalCheck.RunAsync(s, keys, None)).Faults.Count == 0)
                        missed.Add(what);
                    await undo();
                }

                Assert.Empty((await JournalCheck.RunAsync(s, keys, None)).Faults);
                throw new TakenBackException();
            },
            None));
        Assert.Empty(missed);
    }

    private static async Task<(string What, Func<Task> Undo)> FlipAsync(Session session, Random random, DatabaseKind kind)
    {
        while (true)
        {
            var (table, key, texts, numbers) = Tables[random.Next(Tables.Length)];
            var column = random.Next(texts.Length + numbers.Length);
            var name = column < texts.Length ? texts[column] : numbers[column - texts.Length];
            var isText = column < texts.Length;
            var rows = await session.QueryAsync($"SELECT {key}, {name} FROM {table} ORDER BY 1", r => (Key: r.GetValue(0), Value: r.GetValue(1)), None);
            var row = rows[random.Next(rows.Count)];
            if (row.Value is DBNull || (isText && (string)row.Value is ""))
                continue;
            object flipped = isText ? Flip((string)row.Value, random) : Convert.ToInt64(row.Value, CultureInfo.InvariantCulture) ^ (1L << random.Next(40));
            if (name == "seq" && table == "journal")
            {
                // Generated always: nobody but the database gives it on PostgreSQL; and a number that is taken is refused.
                if (kind == DatabaseKind.Postgres || rows.Exists(r => Equals(r.Value, flipped)))
                    continue;
            }
            else if (rows.Exists(r => Equals(r.Value, flipped)))
            {
                continue;
            }

            var changed = await SetAsync(session, table, key, row.Key, name, flipped);
            Assert.Equal(1, changed);
            var now = name == key ? flipped : row.Key;
            return ($"{table}.{name} of {row.Key}: {row.Value} -> {flipped}", async () => Assert.Equal(1, await SetAsync(session, table, key, now, name, row.Value)));
        }
    }

    private static Task<int> SetAsync(Session session, string table, string key, object at, string name, object value) => session.ExecuteAsync(
        $"UPDATE {table} SET {name} = @value WHERE {key} = @key", None, ("value", value), ("key", at));

    private static string Flip(string text, Random random)
    {
        var at = random.Next(text.Length);
        var flipped = (char)(text[at] ^ (1 << random.Next(7)));
        return flipped is '\0' ? Flip(text, random) : text[..at] + flipped + text[(at + 1)..];
    }

    private sealed class TakenBackException : Exception;
}
