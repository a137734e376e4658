using System.Text;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Csv;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Tests.Sources.Csv;

/// <summary>A small declaration, and ways of reading text by it.</summary>
internal static class CsvFeed
{
    public const string Header = "id,first,last,state,kind,hired,until,left,site,boss,born";

    public static CsvSourceOptions Options() => new()
    {
        TimeZone = "Europe/Copenhagen",
        Columns = new()
        {
            ["workerId"] = "id",
            ["givenName"] = "first",
            ["familyName"] = "last",
            ["status"] = "state",
            ["type"] = "kind",
            ["startDate"] = "hired",
            ["contractEndDate"] = "until",
            ["terminationDate"] = "left",
            ["location"] = "site",
            ["managerId"] = "boss",
        },
        Words = new()
        {
            Status = new() { ["Active"] = "active", ["Left"] = "terminated", ["På orlov"] = "onLeave" },
            Type = new() { ["Perm"] = "employee", ["Ext."] = "contractor" },
        },
        Sites = new() { ["PUN"] = "Asia/Kolkata" },
    };

    public static Task<List<FeedItem>> ReadAsync(string text, CsvSourceOptions? options = null) =>
        ReadAsync(Encoding.UTF8.GetBytes(text), options);

    public static Task<List<FeedItem>> ReadAsync(byte[] bytes, CsvSourceOptions? options = null) =>
        ReadAsync(() => new MemoryStream(bytes), options);

    public static async Task<List<FeedItem>> ReadAsync(Func<Stream> open, CsvSourceOptions? options = null)
    {
        var items = new List<FeedItem>();
        await foreach (var item in SourceKinds.All["csv"].Open(options ?? Options(), new FeedFile(open, "feed.csv")).ReadAsync(CancellationToken.None))
            items.Add(item);
        return items;
    }

    public static async Task<HrRecord> ReadOneAsync(string row, CsvSourceOptions? options = null, string header = Header)
    {
        var item = Assert.Single(await ReadAsync($"{header}\n{row}\n", options));
        Assert.Null(item.Fault);
        return item.Record!;
    }
}
