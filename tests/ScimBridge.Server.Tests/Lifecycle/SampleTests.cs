using System.Collections;
using System.Text.Json.Nodes;
using ScimBridge.Server.Cli;
using ScimBridge.Server.Cli.Samples;
using ScimBridge.Server.Demo;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Tests.Lifecycle;

/// <summary>Golden samples: those of the product in lifecycle.json, those of the demo, and what is said of one that is wrong.</summary>
public sealed class SampleTests : IDisposable
{
    private static readonly string Table = Path.Combine(AppContext.BaseDirectory, "Lifecycle", "lifecycle.json");
    private static readonly BridgeConfiguration Corp = Parse(Configuration());
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scimbridge-");

    public static TheoryData<string> Situations { get; } =
        [.. JsonNode.Parse(File.ReadAllText(Table))!.AsArray().Select(s => s!["sample"]!.GetValue<string>())];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, MemberData(nameof(Situations))]
    public async Task Situation_of_the_table_comes_to_what_it_says(string situation)
    {
        var sample = GoldenSample.Read(Path.GetDirectoryName(Table)!, Table, Corp).Single(s => s.Options.Sample == situation);

        Assert.Empty(await SampleRun.RunAsync(sample, Corp, CancellationToken.None));
    }

    [Fact]
    public async Task Samples_of_the_demo_hold_and_gate_its_policy()
    {
        DemoFolder.Create(_folder.FullName, 5080, new NodaTime.LocalDate(2026, 3, 2));
        var path = Path.Combine(_folder.FullName, "bridge.json");

        Assert.Equal(0, await CommandLine.RunAsync(["check", "--config", path]));

        await File.WriteAllTextAsync(
            path, (await File.ReadAllTextAsync(path)).Replace("\"graceDays\": 7", "\"graceDays\": 0", StringComparison.Ordinal));
        Assert.Equal(1, await CommandLine.RunAsync(["check", "--config", path]));
    }

    [Fact]
    public async Task Difference_is_said_with_its_path_what_was_expected_and_what_came()
    {
        var sample = Read(
            """
            [{
              "sample": "everything is wrong",
              "records": [
                { "at": "2026-01-05T09:00:00Z", "row": { "id": "1", "given": "Anna", "family": "Berg", "status": "A", "type": "E", "start": "2024-01-01", "department": "Sales" } },
                { "at": "2026-01-06T09:00:00Z", "row": { "id": "1", "given": "Anna", "family": "Berg", "status": "gone fishing", "type": "E" } },
              ],
              "expect": [{
                "at": "2026-01-07T09:00:00Z", "access": "ended", "rule": "leaver", "exists": false, "nextChange": "2026-02-01T00:00:00Z", "deleteAt": "never",
                "user": { "active": false, "name": { "givenName": "Bo" }, "emails": [{ "type": "work", "value": "x" }], "title": "Clerk" }, "groups": ["Finance", "Sales"],
              }],
            }]
            """);

        var differences = await SampleRun.RunAsync(Assert.Single(sample), Corp, CancellationToken.None);

        Assert.Equal(
            [
                "$[0].records[1].refused: false, but",
                "$[0].expect[0].access: \"ended\", but \"active\"",
                "$[0].expect[0].rule: \"leaver\", but \"joiner\"",
                "$[0].expect[0].exists: false, but true",
                "$[0].expect[0].nextChange: \"2026-02-01T00:00:00Z\", but \"never\"",
                "$[0].expect[0].user.active: false, but true",
                "$[0].expect[0].user.name.givenName: \"Bo\", but \"Anna\"",
                "$[0].expect[0].user.emails[0].value: \"x\", but \"anna.berg@corp.example\"",
                "$[0].expect[0].user.title: \"Clerk\", but null",
                "$[0].expect[0].groups: [\"Finance\",\"Sales\"], but [\"Sales\"]",
            ],
            differences.Select(d => d.Path.EndsWith("refused", StringComparison.Ordinal) ? $"{d.Path}: {d.Expected}, but" : $"{d.Path}: {d.Expected}, but {d.Got}"));
        Assert.Contains("gone fishing", differences[0].Got, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "sample": "x", "records": [], "expect": [] }""", "$.records", "$.expect")]
    [InlineData("""{ "sample": "x", "records": [{ "at": "today", "facts": {} }], "expect": [{ "at": "2026-01-05T09:00:00Z" }] }""", "$.records[0].at", "$.records[0].facts", "$.expect[0]")]
    [InlineData("""{ "sample": "x", "records": [{ "at": "2026-01-05T09:00:00Z" }], "expect": [{ "at": "2026-01-05", "access": "gone", "nextChange": "soon" }] }""", "$.records[0]", "$.expect[0].at", "$.expect[0].nextChange", "$.expect[0].access")]
    [InlineData("""{ "sample": "x", "records": [{ "at": "2026-01-05T09:00:00Z", "row": {}, "effectiveFrom": "1.1.2026" }], "expect": [{ "at": "2026-01-05T09:00:00Z", "exists": true }], "source": "payroll" }""", "$.source", "$.records[0].effectiveFrom", "$.records[0].effectiveFrom")]
    [InlineData("""{ "sample": "x", "records": [{ "at": "2026-01-05T09:00:00Z", "row": {} }], "expect": [{ "at": "2026-01-05T09:00:00Z", "exists": true }], "lifecycle": { "joiner": {} } }""", "$.lifecycle")]
    [InlineData("""{ "records": [{ "at": "2026-01-05T09:00:00Z", "rows": {} }], "expect": 7 }""", "$.records[0].rows", "$.expect", "$.sample")]
    public void Sample_that_cannot_be_run_is_refused_with_the_path_of_each_fault(string text, params string[] paths) =>
        Assert.Equal(paths, Assert.Throws<ConfigurationException>(() => Read(text)).Faults.Select(f => f.Path));

    [Theory]
    [InlineData("{")]
    [InlineData("""{ "sample": "x", "sample": "y" }""")]
    public void File_that_is_no_json_is_named(string text) =>
        Assert.Contains("sample.json cannot be read", Assert.Throws<ConfigurationException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Folder_that_is_named_and_is_not_there_fails_the_check()
    {
        var path = Path.Combine(_folder.FullName, "bridge.json");
        var json = Configuration();
        await File.WriteAllTextAsync(path, json.ToJsonString());
        Assert.Equal(0, await CommandLine.RunAsync(["check", "--config", path]));

        json["samples"] = "golden";
        await File.WriteAllTextAsync(path, json.ToJsonString());
        Assert.Equal(1, await CommandLine.RunAsync(["check", "--config", path]));
    }

    private IReadOnlyList<GoldenSample> Read(string text)
    {
        var path = Path.Combine(_folder.FullName, "sample.json");
        File.WriteAllText(path, text);
        return GoldenSample.Read(_folder.FullName, path, Corp);
    }

    private static JsonObject Configuration() => TestBridge.Configure(Fixtures.DatabaseKind.Sqlite, "bridge.db", "http://127.0.0.1:1/scim");

    private static BridgeConfiguration Parse(JsonObject json)
    {
        // Each sample has the policy that it states; those that state none have the usual one.
        json.Remove("lifecycle");
        return BridgeConfiguration.Parse(json.ToJsonString(), Path.Combine(Path.GetTempPath(), "bridge.json"), new Hashtable());
    }
}
