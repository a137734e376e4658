using System.Security.Cryptography;
using System.Text;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Folder;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Connectors.Tests.Sources.Pulling;

namespace ScimBridge.Connectors.Tests.Sources.Folder;

public sealed class FolderPullTests : IDisposable
{
    private const string Text = "workerId,givenName,status,type\n7,Ada,active,employee\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("folder-").FullName;
    private readonly ImpatientClock _clock = new();

    [Fact]
    public async Task File_is_taken_once_it_stays_as_it_is()
    {
        Write("a.csv", "workerId,giv");
        var first = await FetchAsync(null);
        Write("a.csv", Text);
        var second = await FetchAsync(first.Result.Next);

        var third = await FetchAsync(second.Result.Next);

        Assert.Equal([PullMode.Nothing, PullMode.Nothing, PullMode.Full], new[] { first, second, third }.Select(fetch => fetch.Result.Mode));
        Assert.Equal(("a.csv", FeedFormat.Csv, Completeness.Unproven), (third.Result.Name, third.Result.Format, third.Result.Completeness));
        Assert.Equal(Text, third.Text);
    }

    [Fact]
    public async Task Companion_says_that_a_file_is_all_there()
    {
        Write("a.csv", Text);
        Write("a.csv.done", "");

        Assert.Equal(Text, (await FetchAsync(null)).Text);
    }

    [Fact]
    public async Task Manifest_counts_and_proves_what_is_there()
    {
        Write("a.csv", Text);
        var sum = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
        Write("a.csv.done", $$"""{ "rows": 1, "sha256": "{{sum}}", "mode": "delta" }""");

        var result = (await FetchAsync(null)).Result;

        Assert.Equal((PullMode.Delta, 1L, Completeness.Counted), (result.Mode, result.Rows!.Value, result.Completeness));
    }

    [Theory]
    [InlineData("""{ "sha256": "00" }""", "a.csv is not what its manifest says: the checksums differ.")]
    [InlineData("rows: 1", "a.csv.done is no manifest: it is empty, or JSON with rows, sha256 and mode.")]
    public async Task File_that_its_manifest_does_not_fit_is_refused(string manifest, string message)
    {
        Write("a.csv", Text);
        Write("a.csv.done", manifest);

        Assert.Equal(message, (await Assert.ThrowsAsync<FeedException>(() => FetchAsync(null))).Message);
    }

    [Theory]
    [InlineData(true, "done")]
    [InlineData(false, "failed")]
    public async Task File_is_moved_away_with_its_companion_and_a_second_telling_does_no_harm(bool accepted, string folder)
    {
        Write("a.csv", Text);
        Write("a.csv.done", "");
        var cursor = (await FetchAsync(null)).Result.Next!.Value;

        await SettleAsync(cursor, accepted);
        await SettleAsync(cursor, accepted);

        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Equal(["a.csv", "a.csv.done"], Directory.GetFiles(Path.Combine(_folder, folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(PullMode.Nothing, (await FetchAsync(cursor)).Result.Mode);
    }

    [Fact]
    public async Task File_that_could_not_be_moved_is_not_read_twice()
    {
        Write("a.csv", Text);
        Write("a.csv.done", "");
        var cursor = (await FetchAsync(null)).Result.Next;

        for (var look = 0; look < 3; look++)
        {
            var (result, _) = await FetchAsync(cursor);
            Assert.Equal(PullMode.Nothing, result.Mode);
            cursor = result.Next;
        }
    }

    [Fact]
    public async Task Same_name_with_something_else_in_it_is_another_file()
    {
        Write("a.csv", Text);
        Write("a.csv.done", "");
        var cursor = (await FetchAsync(null)).Result.Next!.Value;
        await SettleAsync(cursor, accepted: true);
        Write("a.csv", Text + "8,Eva,active,employee\n");
        Write("a.csv.done", "");

        var (result, text) = await FetchAsync(cursor);
        await SettleAsync(result.Next!.Value, accepted: true);

        Assert.EndsWith("8,Eva,active,employee\n", text, StringComparison.Ordinal);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(_folder, "done")).Length);
    }

    [Fact]
    public async Task Oldest_comes_first_and_other_names_are_left_alone()
    {
        Write("b.csv", Text, minutesAgo: 9);
        Write("a.csv", Text, minutesAgo: 5);
        Write("notes.txt", "private", minutesAgo: 20);
        var look = (await FetchAsync(null)).Result.Next;

        var first = (await FetchAsync(look)).Result;
        await SettleAsync(first.Next!.Value, accepted: true);
        var second = (await FetchAsync(first.Next)).Result;

        Assert.Equal(("b.csv", "a.csv"), (first.Name, second.Name));
    }

    [Fact]
    public async Task Folder_that_is_not_there_is_a_fault_of_the_feed()
    {
        using var pull = new FolderPull(new FolderSourceOptions { Path = Path.Combine(_folder, "none"), TimeZone = "Europe/Oslo" }, _clock);

        await Assert.ThrowsAsync<FeedException>(() => pull.FetchAsync(Stream.Null, null, CancellationToken.None));
    }

    [Fact]
    public async Task Format_is_told_by_the_name()
    {
        Write("a.ndjson", """{"workerId":"7","givenName":"Ada","status":"active","type":"employee"}""");
        Write("a.ndjson.done", "");

        Assert.Equal(FeedFormat.NdJson, (await FetchAsync(null, "*")).Result.Format);
    }

    [Fact]
    public void Faults_of_the_configuration() => Assert.Equal(
        ["path", "pattern", "timeZone"], new FolderSourceOptions { Pattern = "in/*.csv" }.Faults().Select(fault => fault.Path));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(PullResult Result, string Text)> FetchAsync(PullCursor? since, string pattern = "*.csv")
    {
        using var pull = Pull(pattern);
        using var into = new MemoryStream();
        var result = await pull.FetchAsync(into, since, CancellationToken.None);
        return (result, Encoding.UTF8.GetString(into.ToArray()));
    }

    private async Task SettleAsync(PullCursor cursor, bool accepted)
    {
        using var pull = Pull("*.csv");
        await pull.SettleAsync(cursor, accepted, CancellationToken.None);
    }

    private IPull Pull(string pattern) =>
        SourceKinds.All["folder"].Pull!(new FolderSourceOptions { Path = _folder, Pattern = pattern, TimeZone = "Europe/Oslo" }, _clock);

    private void Write(string name, string text, int minutesAgo = 1)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, _clock.GetUtcNow().UtcDateTime.AddMinutes(-minutesAgo));
    }
}
