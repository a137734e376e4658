using System.Text;

namespace ScimBridge.Server.Tests.Feeds;

/// <summary>One feed that is not as it should be.</summary>
/// <param name="Family">The kind of damage.</param>
/// <param name="Name">The damage.</param>
/// <param name="Bytes">The file.</param>
internal sealed record BadFeed(string Family, string Name, byte[] Bytes)
{
    private static readonly string Head = string.Join(',', SoundCompany.Columns);

    /// <summary>What the sender says of the number of rows; null where nothing.</summary>
    public long? ExpectedRows { get; init; }

    /// <summary>Harmless: every row of it means what it means in the sound feed.</summary>
    public bool Harmless { get; init; }

    /// <summary>
    /// The workers whose rows stand in the file exactly as in the sound feed, once, under the sound header: whatever is wrong with the
    /// file, it is not with them.
    /// </summary>
    public HashSet<string> Unaffected()
    {
        var lines = Encoding.UTF8.GetString(Bytes).TrimStart('\uFEFF').Split('\n');
        if (Harmless)
            return SoundCompany.Sound().Select(r => r[0]).ToHashSet(StringComparer.Ordinal);
        if (lines[0].TrimEnd('\r') != Head)
            return [];
        var counts = lines.Skip(1).CountBy(l => l.Split(',')[0].Trim('"'), StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var there = lines.Skip(1).Select(l => l.TrimEnd('\r')).ToHashSet(StringComparer.Ordinal);
        return SoundCompany.Sound().Where(r => there.Contains(Line(r)) && counts[r[0]] == 1).Select(r => r[0]).ToHashSet(StringComparer.Ordinal);
    }

    public static BadFeed OfRows(string family, string name, IEnumerable<string[]> rows, string? head = null) =>
        new(family, name, Encoding.UTF8.GetBytes(Text(rows, head)));

    public static string Text(IEnumerable<string[]> rows, string? head = null) => (head ?? Head) + "\n" + string.Concat(rows.Select(r => Line(r) + "\n"));

    public static string Line(string[] row) => string.Join(',', row.Select(Field));

    private static string Field(string value) =>
        value.AsSpan().IndexOfAny(",\"\n\r") >= 0 ? '"' + value.Replace("\"", "\"\"", StringComparison.Ordinal) + '"' : value;
}
