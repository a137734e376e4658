using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>What one person's change costs the database does not grow with the company. Counted in steps of SQLite, so that no clock is asked.</summary>
public sealed class CostTests
{
    private const int Small = 60;
    private const int Large = 1_500;

    // What a statement may cost more in the large company: trees are a little higher there. Who goes through everybody takes thousands.
    private const long Allowed = 1_000;

    [Fact]
    public async Task Change_of_one_person_costs_the_same_in_a_large_company()
    {
        var small = await StepsAsync(Small);
        var large = await StepsAsync(Large);

        Assert.NotEmpty(small);
        var growing = large.Where(s => s.Value > Allowed + (2 * small.GetValueOrDefault(s.Key))).OrderByDescending(s => s.Value)
            .Select(s => $"{small.GetValueOrDefault(s.Key)} -> {s.Value}: {s.Key}").ToList();
        Assert.True(growing.Count == 0, string.Join('\n', growing));
    }

    private static async Task<Dictionary<string, long>> StepsAsync(int people)
    {
        StatementSteps.Prepare();
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite, json => json["sponsorship"] = new JsonObject());
        using var steps = new StatementSteps(bridge.Storage.Location);
        // Whatever is asked for the first time is over before it is counted.
        await bridge.ImportAsync([.. Enumerable.Range(1, people).Select(i => Row(i))]);
        await ChangeAsync(bridge, Row(1, title: "Lead"));
        steps.Take();

        await ChangeAsync(bridge, Row(people + 1));
        await ChangeAsync(bridge, Row(2, title: "Lead"));
        await ChangeAsync(bridge, Row(3, department: "D2"));
        await ChangeAsync(bridge, Row(people - 1, status: "T"));
        await ChangeAsync(bridge, Row(people - 2, status: "S"));
        return steps.Take();
    }

    private static async Task ChangeAsync(TestBridge bridge, string row)
    {
        var path = bridge.NewFile();
        await File.WriteAllLinesAsync(path, [TestBridge.Header, row]);
        await bridge.Get<Intake>().AddFileAsync("hr", path, new Manifest("delta"), CancellationToken.None);
        await bridge.RunAsync(DrainKind.ReadSource, "hr");
        await bridge.SettleAsync();
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
        await bridge.RunAsync(DrainKind.Seal, Seal.Name);
        await bridge.Get<Sweep>().RunAsync(CancellationToken.None);
    }

    // As many departments in either company.
    private static string Row(int i, string status = "A", string title = "Engineer", string? department = null) => TestBridge.Row(
        i.ToString(CultureInfo.InvariantCulture), $"Given{i}", "Family", status, title: title, department: department ?? $"D{i % 5}", manager: i > 5 ? $"{i / 5}" : "");
}
