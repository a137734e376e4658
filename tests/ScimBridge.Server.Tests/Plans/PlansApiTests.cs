using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Tests.Hris;

namespace ScimBridge.Server.Tests.Plans;

/// <summary>Plans over HTTP: made, shown page by page and as CSV, executed by who may.</summary>
public sealed class PlansApiTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Batch_is_planned_shown_and_executed(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        await bridge.FullAsync([.. Enumerable.Range(1, 5).Select(i => HrisBridge.Worker($"{i}", family: $"Berg{i}"))]);
        var operate = await bridge.TokenAsync("operator", "admin.read", "admin.operate");
        var feed = HrisBridge.Worker("1", family: "Berg1", more: ("title", "=Lead, \"acting\"")).ToJsonString() + "\n" + HrisBridge.Worker("6", "Nora", "Nye").ToJsonString() + "\n";

        var made = (await bridge.AsAsync("POST", "/admin/v1/plans?batch=people&mode=delta", operate, feed, "application/x-ndjson")).Is(HttpStatusCode.Created);

        var id = (string)made.Body!["id"]!;
        Assert.Equal($"/admin/v1/plans/{id}", made.Location);
        Assert.Equal(("batch", "ready", 2), ((string)made.Body["kind"]!, (string)made.Body["state"]!, (int)made.Body["summary"]!["items"]!));
        var first = (await bridge.AsAsync("GET", $"/admin/v1/plans/{id}/items?count=1", operate)).Is(HttpStatusCode.OK).Body!;
        var second = (await bridge.AsAsync("GET", $"/admin/v1/plans/{id}/items?count=1&cursor={first["next"]}", operate)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(
            ["1 update atWork title", "6 create joiner "],
            first["items"]!.AsArray().Concat(second["items"]!.AsArray())
                .Select(i => $"{i!["workerId"]} {i["operation"]} {i["rule"]} {string.Join(' ', i["attributes"]!.AsArray().Select(a => (string)a!))}"));
        Assert.Empty((await bridge.AsAsync("GET", $"/admin/v1/plans/{id}/items?target=corp", operate)).Is(HttpStatusCode.OK).Body!["items"]!.AsArray());
        Assert.Single((await bridge.AsAsync("GET", $"/admin/v1/plans/{id}/items?target=(bridge)&operation=create", operate)).Is(HttpStatusCode.OK).Body!["items"]!.AsArray());
        (await bridge.AsAsync("GET", $"/admin/v1/plans/{id}/items?operation=burn", operate)).Is(HttpStatusCode.BadRequest);
        Assert.Equal(
            ["source,worker,target,operation,rule,department,group,attributes", "people,1,,update,atWork,,,title", "people,6,,create,joiner,,,", ""],
            (await bridge.TextAsync($"/admin/v1/plans/{id}/items.csv", operate)).Split("\r\n"));

        (await bridge.AsAsync("POST", $"/admin/v1/plans/{id}/execute", operate, "{}\n")).Is(HttpStatusCode.Conflict);
        Assert.Null((string?)(await bridge.UserAsync("1"))?["title"]);
        var done = (await bridge.AsAsync("POST", $"/admin/v1/plans/{id}/execute", operate, feed, "application/x-ndjson")).Is(HttpStatusCode.OK);
        await bridge.BatchAsync((string)done.Body!["batch"]!);
        Assert.Equal(6, await bridge.Database.ReadAsync(s => Storage.Stores.ResourceStore.CountAsync(s, "User", CancellationToken.None), CancellationToken.None));
        Assert.Equal("executed", (string)(await bridge.AsAsync("GET", $"/admin/v1/plans/{id}", operate)).Body!["state"]!);
        (await bridge.AsAsync("POST", $"/admin/v1/plans/{id}/execute", operate, feed, "application/x-ndjson")).Is(HttpStatusCode.Conflict);
        Assert.Single((await bridge.AsAsync("GET", "/admin/v1/plans", operate)).Is(HttpStatusCode.OK).Body!["plans"]!.AsArray());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_would_be_held_is_executed_only_by_who_may_approve(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var people = Enumerable.Range(1, 30).Select(i => HrisBridge.Worker($"{i}", family: $"Berg{i}")).ToArray();
        await bridge.FullAsync(people);
        var operate = await bridge.TokenAsync("operator", "admin.read", "admin.operate");
        var approve = await bridge.TokenAsync("approver", "admin.read", "admin.operate", "admin.approve");
        foreach (var person in people.Take(10))
            person["status"] = "terminated";
        var feed = string.Join('\n', people.Select(p => p.ToJsonString())) + "\n";
        var plan = (await bridge.AsAsync("POST", "/admin/v1/plans?batch=people", operate, feed, "application/x-ndjson")).Is(HttpStatusCode.Created).Body!;

        Assert.True((bool)plan["summary"]!["verdict"]!["needsApproval"]!);
        Assert.Equal((0, 10), ((int)plan["summary"]!["items"]!, (int)plan["summary"]!["batch"]!["held"]!));
        (await bridge.AsAsync("POST", $"/admin/v1/plans/{plan["id"]}/execute", operate, feed, "application/x-ndjson")).Is(HttpStatusCode.Forbidden);
        (await bridge.AsAsync("POST", $"/admin/v1/plans/{plan["id"]}/execute", approve, feed, "application/x-ndjson")).Is(HttpStatusCode.OK);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Date_and_configuration_are_planned_and_refused_with_a_reason(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        await bridge.FullAsync(
            HrisBridge.Worker("1", more: ("terminationDate", "2026-03-20")), HrisBridge.Worker("2", family: "Kim", more: ("status", "onLeave")));
        var operate = await bridge.TokenAsync("operator", "admin.read", "admin.operate");

        var date = (await bridge.AsAsync("POST", "/admin/v1/plans", operate, """{ "at": "2026-03-21" }""")).Is(HttpStatusCode.Created).Body!;
        var configuration = JsonNode.Parse(
            """
            { "lifecycle": { "leave": { "default": "suspend" } }, "sources": { "people": { "kind": "json", "timeZone": "Europe/Copenhagen" } },
              "targets": { "new": { "kind": "scim", "baseUrl": "https://idp.example/scim/v2", "token": { "env": "NOT_SET_HERE" } } } }
            """);
        var planned = (await bridge.AsAsync("POST", "/admin/v1/plans", operate, new JsonObject { ["configuration"] = configuration }.ToJsonString()))
            .Is(HttpStatusCode.Created).Body!;

        Assert.Equal(("2026-03-21T12:00:00Z", "disable leaver"), ((string)date["at"]!, Count(date["summary"]!["counts"]![0]!)));
        Assert.Equal(
            ["disable leave", "new create configuration"], planned["summary"]!["counts"]!.AsArray().Select(c => Count(c!)).Order(StringComparer.Ordinal));
        Assert.Contains("by itself", Refusal(await bridge.AsAsync("POST", $"/admin/v1/plans/{date["id"]}/execute", operate)), StringComparison.Ordinal);
        Assert.Contains("deploy it", Refusal(await bridge.AsAsync("POST", $"/admin/v1/plans/{planned["id"]}/execute", operate)), StringComparison.Ordinal);

        (await bridge.AsAsync("POST", "/admin/v1/plans", operate, """{ "at": "soon" }""")).Is(HttpStatusCode.BadRequest);
        (await bridge.AsAsync("POST", "/admin/v1/plans", operate, """{ "when": "2026-03-21" }""")).Is(HttpStatusCode.BadRequest);
        (await bridge.AsAsync("POST", "/admin/v1/plans", operate, """{ "configuration": { "lifecycle": { "leave": { "default": "burn" } } } }""")).Is(HttpStatusCode.BadRequest);
        (await bridge.AsAsync("POST", "/admin/v1/plans?batch=nobody", operate, "{}")).Is(HttpStatusCode.NotFound);
        (await bridge.AsAsync("POST", "/admin/v1/plans?batch=people", operate, "no json", "application/json")).Is(HttpStatusCode.BadRequest);
        (await bridge.AsAsync("GET", "/admin/v1/plans/none", operate)).Is(HttpStatusCode.NotFound);
        (await bridge.AsAsync("POST", "/admin/v1/plans", await bridge.TokenAsync("auditor", "admin.read"), "{}")).Is(HttpStatusCode.Forbidden);

        string Refusal(HrisAnswer answer) => (string)answer.Is(HttpStatusCode.Conflict).Body!["detail"]!;
        static string Count(JsonNode count) => $"{count["target"]} {count["operation"]} {count["rule"]}".Trim();
    }

    [Fact]
    public async Task Command_answers_2_where_something_would_change_and_0_where_nothing_would()
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite);
        var config = bridge.NewFile();
        await File.WriteAllTextAsync(config, TestBridge.Configure(DatabaseKind.Sqlite, bridge.Storage.Location, bridge.Sandbox.ScimAddress("corp").ToString()).ToJsonString());
        var rows = bridge.NewFile();
        await File.WriteAllLinesAsync(rows, [TestBridge.Header, "1,Anna,Jensen,A,E,2020-01-01,,,Lead,Sales,"]);

        Assert.Equal(0, await Cli.CommandLine.RunAsync(["--config", config, "plan"]));
        Assert.Equal(2, await Cli.CommandLine.RunAsync(["--config", config, "plan", "--batch", "hr", rows, "--csv"]));
        Assert.Equal(0, await bridge.Database.ReadAsync(s => Storage.Stores.WorkerStore.CountAsync(s, "hr", CancellationToken.None), CancellationToken.None));
        Assert.Equal(1, await Cli.CommandLine.RunAsync(["--config", config, "plan", "--at", "soon"]));
        Assert.Equal(1, await Cli.CommandLine.RunAsync(["--config", config, "plan", "--batch", "nobody", rows]));
        Assert.Equal(1, await Cli.CommandLine.RunAsync(["--config", config, "plan", "--target", "nowhere"]));
    }
}
