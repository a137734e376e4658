using FsCheck;
using FsCheck.Xunit;

namespace ScimBridge.Connectors.Tests.Sources.Csv;

public sealed class CsvProperties
{
    [Property(MaxTest = 300)]
    public async Task Any_text_comes_through_quoting(NonNull<string> text)
    {
        // A lone surrogate is no text: UTF-8 cannot carry it.
        var value = new string([.. text.Get.Where(c => !char.IsSurrogate(c))]);

        var items = await CsvFeed.ReadAsync($"{CsvFeed.Header}\n7,A,{Quoted(value)},active,perm,,,,,,\n");

        Assert.Equal(value.Trim() is { Length: > 0 } trimmed ? trimmed.Normalize() : null, Assert.Single(items).Record!.Facts.FamilyName);
    }

    [Property(MaxTest = 100)]
    public async Task Order_of_the_columns_changes_neither_record_nor_hash(int seed)
    {
        var columns = CsvFeed.Header.Split(',');
        string[] values = ["7", "A", "B, \"C\"", "active", "ext.", "2024-03-01", "2026-12-31", "", "PUN", "3", "1990-01-01"];
        var order = Enumerable.Range(0, columns.Length).ToArray();
        new Random(seed).Shuffle(order);

        var shuffled = await CsvFeed.ReadOneAsync(
            string.Join(',', order.Select(i => Quoted(values[i]))), header: string.Join(',', order.Select(i => columns[i])));

        Assert.Equal(await CsvFeed.ReadOneAsync(string.Join(',', values.Select(Quoted))), shuffled);
    }

    private static string Quoted(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
