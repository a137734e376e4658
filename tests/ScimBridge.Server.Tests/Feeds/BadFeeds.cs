using System.Globalization;
using System.Text;
using static ScimBridge.Server.Tests.Feeds.SoundCompany;

namespace ScimBridge.Server.Tests.Feeds;

/// <summary>
/// The corpus: what goes wrong with HR feeds, each thing in several sizes and places. Damage to rows spares the twenty rows that carry
/// true news, so that each feed shows whether those still arrive.
/// </summary>
internal static class BadFeeds
{
    private static readonly string[] Everybody = [.. Known.Select(r => r[0])];

    public static IReadOnlyList<BadFeed> All { get; } =
    [
        .. Empty(), .. Truncated(), .. Swapped(), .. Shifted(), .. Delimited(), .. Encoded(), .. Repeated(), .. Terminated(), .. Emptied(), .. Rekeyed(),
        .. Dates(), .. Statuses(), .. Zones(), .. Reorganised(), .. Permuted(), .. Headers(), .. Odd(), .. Missing(), .. Foreign(),
    ];

    private static IEnumerable<BadFeed> Empty()
    {
        yield return Raw("empty", "no byte", "");
        yield return Raw("empty", "blank lines", "\n\n\r\n");
        yield return Raw("empty", "header only", BadFeed.Text([]));
        yield return Raw("empty", "header only, complete by the manifest", BadFeed.Text([])) with { ExpectedRows = 0 };
        yield return Raw("empty", "header without a line break", string.Join(',', Columns));
        yield return Raw("empty", "an HTML page of the portal's login", "<!DOCTYPE html><html><body>Please sign in, then try again</body></html>");
        yield return Raw("empty", "an error as JSON", """{"error":"unauthorized"}""");
    }

    private static IEnumerable<BadFeed> Truncated()
    {
        var whole = Encoding.UTF8.GetBytes(BadFeed.Text(Sound()));
        for (var i = 1; i <= 24; i++)
        {
            var length = (int)((long)whole.Length * i / 25) + (i * 3);
            yield return new BadFeed("truncated", $"at byte {length}", whole[..Math.Min(length, whole.Length - 1)]);
        }

        for (var i = 1; i <= 6; i++)
        {
            var length = (int)((long)whole.Length * i / 7);
            yield return new BadFeed("truncated", $"at byte {length}, and the manifest knows", whole[..length]) with { ExpectedRows = People + Hired.Count };
        }

        // Within a letter of two bytes.
        var inside = Enumerable.Range(2000, whole.Length - 2000).Where(i => (whole[i] & 0xC0) == 0x80).Where((_, i) => i % 25 == 0).Take(5);
        foreach (var at in inside)
            yield return new BadFeed("truncated", $"within a letter at byte {at}", whole[..at]);
    }

    // Two columns have changed places under the old header.
    private static IEnumerable<BadFeed> Swapped()
    {
        string[] some = ["id", "number", "family", "status", "type", "start", "contractEnd", "lastDay", "department", "leaveStart", "zone", "manager"];
        for (var i = 0; i < some.Length; i++)
        {
            for (var j = i + 1; j < some.Length; j++)
            {
                var (a, b) = (Index(some[i]), Index(some[j]));
                yield return Change("swapped columns", $"{some[i]} and {some[j]}", Everybody, r => (r[a], r[b]) = (r[b], r[a]));
            }
        }
    }

    // A field too few or too many from some column on, the row as long as before.
    private static IEnumerable<BadFeed> Shifted()
    {
        foreach (var from in new[] { 1, 4, 7, 8, 9, 15, 18 })
        {
            foreach (var (name, ids) in Sizes(10, 3, 1))
            {
                yield return Change("shifted columns", $"left from {Columns[from]}, {name}", ids, r =>
                {
                    Array.Copy(r, from + 1, r, from, r.Length - from - 1);
                    r[^1] = "";
                });
                yield return Change("shifted columns", $"right from {Columns[from]}, {name}", ids, r =>
                {
                    Array.Copy(r, from, r, from + 1, r.Length - from - 1);
                    r[from] = "";
                });
            }
        }
    }

    private static IEnumerable<BadFeed> Delimited()
    {
        foreach (var (name, delimiter) in new[] { ("semicolons", ';'), ("tabs", '\t'), ("bars", '|') })
        {
            yield return Raw("delimiter", name, BadFeed.Text(Sound()).Replace(',', delimiter));
            var lines = BadFeed.Text(Sound()).Split('\n');
            yield return Raw("delimiter", name + " from the middle on", string.Join('\n', lines.Select((l, i) => i > 200 ? l.Replace(',', delimiter) : l)));
        }
    }

    private static IEnumerable<BadFeed> Encoded()
    {
        var text = BadFeed.Text(Sound());
        yield return new("encoding", "Latin-1", Encoding.Latin1.GetBytes(text));
        yield return new("encoding", "UTF-16, little end first", Encoding.Unicode.GetBytes(text));
        yield return new("encoding", "UTF-16 with a mark", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)]);
        yield return new("encoding", "UTF-16, big end first", Encoding.BigEndianUnicode.GetBytes(text));
        yield return new("encoding", "UTF-32", Encoding.UTF32.GetBytes(text));
        yield return new BadFeed("encoding", "UTF-8 with a mark", [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)]) with { Harmless = true };
        yield return new("encoding", "UTF-8 with two marks", [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)]);
        yield return new BadFeed("encoding", "lines that end in CR LF", Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal))) with { Harmless = true };
        yield return Raw("encoding", "read as Latin-1 and written as UTF-8", Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)));
        yield return Raw("encoding", "letters that were lost", text.Replace('ø', '\uFFFD').Replace('ü', '\uFFFD'));
        foreach (var at in new[] { 5_000, 30_000 })
        {
            yield return new("encoding", $"NULs at {at}", [.. Encoding.UTF8.GetBytes(text)[..at], 0, 0, 0, .. Encoding.UTF8.GetBytes(text)[at..]]);
            yield return new("encoding", $"a byte that is no UTF-8 at {at}", [.. Encoding.UTF8.GetBytes(text)[..at], 0xFF, .. Encoding.UTF8.GetBytes(text)[at..]]);
        }
    }

    private static IEnumerable<BadFeed> Repeated()
    {
        var rows = Sound();
        yield return BadFeed.OfRows("repeated", "one row", [.. rows, rows[17]]);
        yield return BadFeed.OfRows("repeated", "fifty rows", [.. rows[..200], .. rows[100..150], .. rows[200..]]);
        yield return BadFeed.OfRows("repeated", "every row", rows.SelectMany(r => new[] { r, r }));
        yield return Raw("repeated", "the file twice, with its header", BadFeed.Text(rows) + BadFeed.Text(rows));
        yield return BadFeed.OfRows("repeated", "every row, terminated the second time", [.. rows, .. rows.Select(r => With(r, ("status", "T")))]);
        yield return BadFeed.OfRows("repeated", "every row, and the manifest counts them once", rows.SelectMany(r => new[] { r, r })) with { ExpectedRows = rows.Count };
    }

    private static IEnumerable<BadFeed> Terminated()
    {
        (string, string[])[] groups =
        [
            ("everybody", Everybody), ("half", Part(2)), ("a third", Part(3)), ("a tenth", Part(10)), ("a department", In("department", "Research")),
            ("a country", In("country", "IN")), ("a manager's people", In("manager", "1015")),
        ];
        foreach (var (name, ids) in groups)
        {
            yield return Change("terminated", $"{name}, by the word", ids, r => Set(r, "status", "T"));
            yield return Change("terminated", $"{name}, by the word and a day", ids, r => (r[Index("status")], r[Index("lastDay")]) = ("T", "2026-03-01"));
            yield return Change("terminated", $"{name}, by a day to come", ids, r => Set(r, "lastDay", "2026-03-09"));
            yield return Change("terminated", $"{name}, by the end of a contract", ids, r => Set(r, "contractEnd", "2026-02-28"));
        }
    }

    private static IEnumerable<BadFeed> Emptied()
    {
        foreach (var column in new[] { "manager", "department", "departmentCode", "title", "email", "site", "family", "start", "contractEnd", "type", "given" })
        {
            foreach (var (name, ids) in Sizes(1, 2, 8))
                yield return Change("emptied", $"{column}, {name}", ids, r => Set(r, column, ""));
        }
    }

    private static IEnumerable<BadFeed> Rekeyed()
    {
        foreach (var (name, ids) in Sizes(1, 2, 8))
        {
            yield return Change("rekeyed", $"another domain, {name}", ids, r => Set(r, "email", Of(r, "email").Replace("corp.example", "corp.test", StringComparison.Ordinal)));
            yield return Change("rekeyed", $"numbers with a prefix, {name}", ids, r => Set(r, "number", "00" + Of(r, "number")));
            yield return Change("rekeyed", $"one e-mail for all, {name}", ids, r => Set(r, "email", "noreply@corp.example"));
            yield return Change("rekeyed", $"names in capitals without accents, {name}", ids, r => Set(r, "family", Of(r, "family").ToUpperInvariant().Replace('Ø', 'O')));
        }
    }

    private static IEnumerable<BadFeed> Dates()
    {
        (string Name, Func<DateTime, string> Change)[] changes =
        [
            ("a year earlier", d => Iso(d.AddYears(-1))), ("a year later", d => Iso(d.AddYears(1))), ("a century earlier", d => Iso(d.AddYears(-100))),
            ("a century later", d => Iso(d.AddYears(100))), ("day and month changed places", d => d.Day <= 12 ? Iso(new DateTime(d.Year, d.Day, d.Month)) : Iso(d)),
            ("written as in England", d => d.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)), ("1970", _ => "1970-01-01"), ("1900", _ => "1900-01-00"),
            ("numbers of a spreadsheet", d => ((int)d.ToOADate()).ToString(CultureInfo.InvariantCulture)), ("a day earlier", d => Iso(d.AddDays(-1))),
            ("the last day of the calendar", _ => "9999-12-31"), ("a month earlier", d => Iso(d.AddMonths(-1))),
        ];
        foreach (var (name, change) in changes)
        {
            foreach (var columns in new[] { new[] { "start" }, ["contractEnd"], ["lastDay"], ["start", "contractEnd", "lastDay", "leaveStart", "leaveEnd"] })
            {
                yield return Change("dates", $"{name}: {string.Join(", ", columns)}", Everybody, r =>
                {
                    foreach (var column in columns.Where(c => Of(r, c).Length > 0))
                        Set(r, column, change(DateTime.ParseExact(Of(r, column), "yyyy-MM-dd", CultureInfo.InvariantCulture)));
                });
            }
        }
    }

    private static IEnumerable<BadFeed> Statuses()
    {
        (string Name, Func<string, string> Change)[] changes =
        [
            ("words that nobody mapped", s => "X" + s), ("translated", s => s == "A" ? "aktiv" : "ausgeschieden"), ("blank", _ => ""), ("active and terminated changed places", s => s == "A" ? "T" : s == "T" ? "A" : s),
            ("all on leave", _ => "L"), ("all suspended", _ => "S"), ("all prehire", _ => "P"), ("all on garden leave", _ => "G"), ("all discarded", _ => "D"), ("all dormant", _ => "O"),
            ("all active", _ => "A"), ("a number", _ => "1"), ("NULL in letters", _ => "NULL"),
        ];
        foreach (var (name, change) in changes)
        {
            foreach (var (size, ids) in Sizes(1, 3))
                yield return Change("status", $"{name}, {size}", ids, r => Set(r, "status", change(Of(r, "status"))));
        }
    }

    private static IEnumerable<BadFeed> Zones()
    {
        foreach (var zone in new[] { "UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Atlantis", "", "CET" })
        {
            foreach (var (size, ids) in Sizes(1, 3))
                yield return Change("zone", $"{(zone.Length == 0 ? "none" : zone)}, {size}", ids, r => Set(r, "zone", zone));
        }
    }

    private static IEnumerable<BadFeed> Reorganised()
    {
        yield return Change("reorganised", "one department has another code", In("department", "Research"), r => Set(r, "departmentCode", "R99"));
        yield return Change("reorganised", "every department has another code", Everybody, r => Set(r, "departmentCode", "X" + Of(r, "departmentCode")));
        yield return Change("reorganised", "every department has another name", Everybody, r => Set(r, "department", "New " + Of(r, "department")));
        yield return Change("reorganised", "every cost centre", Everybody, r => Set(r, "costCenter", "9" + Of(r, "costCenter")));
        yield return Change("reorganised", "another company", Everybody, r => Set(r, "company", "Corp Holding"));
        yield return Change("reorganised", "one manager for all", Everybody, r => Set(r, "manager", "1000"));
        yield return Change("reorganised", "everybody is their own manager", Everybody, r => Set(r, "manager", r[0]));
    }

    // A column that was sorted by itself, moved by a row, or mixed.
    private static IEnumerable<BadFeed> Permuted()
    {
        foreach (var column in Columns.Where(c => c is not ("company" or "costCenter" or "country")))
        {
            yield return Rearranged($"{column} sorted by itself", column, values => [.. values.Order(StringComparer.Ordinal)]);
            yield return Rearranged($"{column} moved by a row", column, values => [values[^1], .. values[..^1]]);
            yield return Rearranged($"{column} mixed", column, values => { new Random(7).Shuffle(values); return values; });
        }

        yield return BadFeed.OfRows("permuted", "given and family name mixed", Two("given", "family"));
        yield return BadFeed.OfRows("permuted", "status and last day moved by a row", Two("status", "lastDay"));
        yield return Change("permuted", "given name and family name changed places", Everybody, r => (r[2], r[3]) = (r[3], r[2]));

        static IEnumerable<string[]> Two(string one, string other)
        {
            var rows = Spared(Everybody);
            var values = rows.Select(r => (Of(r, one), Of(r, other))).ToList();
            for (var i = 0; i < rows.Count; i++)
            {
                (var a, var b) = values[(i + 1) % values.Count];
                Set(rows[i], one, a);
                Set(rows[i], other, b);
            }

            return Merge(rows);
        }

        static BadFeed Rearranged(string name, string column, Func<string[], string[]> change)
        {
            var rows = Spared(Everybody);
            var values = change([.. rows.Select(r => Of(r, column))]);
            for (var i = 0; i < rows.Count; i++)
                Set(rows[i], column, values[i]);
            return BadFeed.OfRows("permuted", name, Merge(rows));
        }
    }

    private static IEnumerable<BadFeed> Headers()
    {
        var head = string.Join(',', Columns);
        yield return BadFeed.OfRows("header", "missing", Sound().Skip(1), BadFeed.Line(Sound()[0]));
        yield return BadFeed.OfRows("header", "in capitals", Sound(), head.ToUpperInvariant());
        yield return BadFeed.OfRows("header", "one column has another name", Sound(), head.Replace("status", "employmentStatus", StringComparison.Ordinal));
        yield return BadFeed.OfRows("header", "a column twice", Sound().Select(r => (string[])[.. r, "T"]), head + ",status");
        yield return BadFeed.OfRows("header", "a column of which the header knows nothing", Sound().Select(r => (string[])[.. r[..5], "x", .. r[5..]]));
        yield return BadFeed.OfRows("header", "a column that is gone", Sound().Select(r => (string[])[.. r[..9], .. r[10..]]), head.Replace("lastDay,", "", StringComparison.Ordinal));
        yield return BadFeed.OfRows("header", "one more column", Sound().Select(r => (string[])[.. r, "x"]), head + ",mood") with { Harmless = true };
        var order = Enumerable.Range(0, Columns.Count).Reverse().ToArray();
        yield return BadFeed.OfRows("header", "columns in another order", Sound().Select(r => order.Select(i => r[i]).ToArray()), string.Join(',', order.Select(i => Columns[i]))) with { Harmless = true };
        yield return BadFeed.OfRows("header", "space around the names", Sound(), string.Join(" , ", Columns)) with { Harmless = true };
        yield return BadFeed.OfRows("header", "status and type have changed names", Sound(), head.Replace("status,type", "type,status", StringComparison.Ordinal));
        yield return BadFeed.OfRows("header", "start and last day have changed names", Sound(), head.Replace("start,contractEnd,lastDay", "lastDay,contractEnd,start", StringComparison.Ordinal));
        yield return Raw("header", "a title above it", "Employee export 2026-03-02\n" + BadFeed.Text(Sound()));
    }

    private static IEnumerable<BadFeed> Odd()
    {
        foreach (var at in new[] { 3, 120, 390 })
        {
            yield return Text($"a quote that is never closed in row {at}", lines => lines[at] = lines[at].Replace(",E,", ",\"E,", StringComparison.Ordinal).Replace(",C,", ",\"C,", StringComparison.Ordinal));
            yield return Text($"quotes that close rows later, from row {at - 2}", lines =>
            {
                lines[at - 2] = lines[at - 2].Replace(",E,", ",\"E,", StringComparison.Ordinal).Replace(",C,", ",\"C,", StringComparison.Ordinal);
                lines[at + 5] = lines[at + 5].Replace(",E,", ",E\",", StringComparison.Ordinal).Replace(",C,", ",C\",", StringComparison.Ordinal);
            });
            yield return Text($"a field of two million letters in row {at}", lines => lines[at] = lines[at] + new string('x', 2_000_000));
            yield return Text($"a row of ten thousand fields, row {at}", lines => lines[at] = lines[at] + new string(',', 10_000));
            yield return Text($"a field too few in row {at}", lines => lines[at] = lines[at][(lines[at].IndexOf(',', StringComparison.Ordinal) + 1)..]);
        }

        yield return Change("odd", "formulas in titles", Part(3), r => Set(r, "title", "=cmd|' /C calc'!A0"));
        yield return Change("odd", "SQL in names", Part(8), r => Set(r, "family", Of(r, "family") + "'); DROP TABLE worker;--"));
        yield return Change("odd", "control characters in titles", Part(3), r => Set(r, "title", "a\u0001\u200B\u202E"));
        yield return Text("a line of totals at the end", lines => lines[^1] = "Total,405");

        static BadFeed Text(string name, Action<string[]> change)
        {
            var lines = BadFeed.Text(Sound()).Split('\n');
            change(lines);
            return Raw("odd", name, string.Join('\n', lines));
        }
    }

    private static IEnumerable<BadFeed> Missing()
    {
        var rows = Sound();
        (string Name, List<string[]> Rows)[] parts =
        [
            ("every other row", [.. rows.Where((r, i) => i % 2 == 0 || IsNews(r))]), ("the second half", rows[..200]), ("a department", [.. rows.Where(r => Of(r, "department") != "Research" || IsNews(r))]),
            ("three rows", [.. rows.Where((_, i) => i is not (50 or 51 or 52))]), ("all but three", rows[..3]), ("all but the news", [.. rows.Where(IsNews)]),
        ];
        foreach (var (name, left) in parts)
        {
            yield return BadFeed.OfRows("missing", name, left);
            yield return BadFeed.OfRows("missing", name + ", complete by the manifest", left) with { ExpectedRows = left.Count };
            yield return BadFeed.OfRows("missing", name + ", and the manifest knows", left) with { ExpectedRows = rows.Count };
        }
    }

    private static IEnumerable<BadFeed> Foreign()
    {
        yield return BadFeed.OfRows("foreign", "rows of another company", [.. Sound(), .. Others(keysOfOurs: false)]);
        yield return BadFeed.OfRows("foreign", "rows of another company with keys of ours", [.. Sound().Where(IsNews), .. Others(keysOfOurs: true)]);
        yield return BadFeed.OfRows("foreign", "rows of another company with keys of ours, after ours", [.. Sound(), .. Others(keysOfOurs: true)]);
        var leavers = Known.Where(r => Of(r, "status") == "T").Select(r => r[0]).ToHashSet(StringComparer.Ordinal);
        yield return BadFeed.OfRows("foreign", "keys of leavers given to others", Sound().Select((r, i) => leavers.Contains(r[0]) ? With(r, ("given", "Xaver"), ("family", $"Yps{i}"), ("status", "A"), ("lastDay", ""), ("start", "2026-03-01")) : r));
        // The keys go round among the active: each row is sound in itself, and somebody else's.
        var rows = Spared(Everybody);
        yield return BadFeed.OfRows("foreign", "keys go round", Merge([.. rows.Select((r, i) => With(r, ("id", rows[(i + 1) % rows.Count][0])))]));
        var mixed = rows.Select(r => r[0]).ToArray();
        new Random(3).Shuffle(mixed);
        yield return BadFeed.OfRows("foreign", "keys mixed", Merge([.. rows.Select((r, i) => With(r, ("id", mixed[i])))]));
        yield return BadFeed.OfRows("foreign", "keys sorted backwards", Merge([.. rows.Select((r, i) => With(r, ("id", rows[^(i + 1)][0])))]));

        static IEnumerable<string[]> Others(bool keysOfOurs) => Enumerable.Range(0, 150).Select(i => (string[])
        [
            $"{(keysOfOurs ? 1000 + (i * 2) : 70_000 + i)}", $"Z{i}", "Quirin", $"Zwick{i}", $"q{i}@other.example", i % 3 == 0 ? "T" : "A", "E", "2021-01-01", "",
            i % 3 == 0 ? "2026-01-31" : "", "Miner", "Mine", "M01", "M", "Other", "Oslo", "NO", "Europe/Oslo", "", "", "",
        ]);
    }

    private static bool IsNews(string[] row) => Retitled.Contains(row[0]) || row[0].StartsWith('9');

    private static BadFeed Raw(string family, string name, string text) => new(family, name, Encoding.UTF8.GetBytes(text));

    private static BadFeed Change(string family, string name, IEnumerable<string> ids, Action<string[]> change)
    {
        var meant = ids.ToHashSet(StringComparer.Ordinal);
        var rows = Sound();
        foreach (var row in rows.Where(r => meant.Contains(r[0]) && !IsNews(r)))
            change(row);
        return BadFeed.OfRows(family, name, rows);
    }

    private static string[] With(string[] row, params (string Column, string Value)[] changes)
    {
        string[] copy = [.. row];
        foreach (var (column, value) in changes)
            Set(copy, column, value);
        return copy;
    }

    private static List<string[]> Spared(IEnumerable<string> ids)
    {
        var meant = ids.ToHashSet(StringComparer.Ordinal);
        return [.. Sound().Where(r => meant.Contains(r[0]) && !IsNews(r))];
    }

    private static IEnumerable<string[]> Merge(List<string[]> rows) => [.. rows, .. Sound().Where(IsNews)];

    private static string[] Part(int one) => [.. Everybody.Where((_, i) => i % one == 0)];

    private static string[] In(string column, string value) => [.. Known.Where(r => Of(r, column) == value).Select(r => r[0])];

    private static IEnumerable<(string Name, string[] Ids)> Sizes(params int[] parts) =>
        parts.Select(p => (p == 1 ? "all" : $"one in {p}", p == 1 ? Everybody : Part(p)));

    private static string Iso(DateTime date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
