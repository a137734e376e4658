using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Hris;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Hris;

/// <summary>Sources that the bridge asks by itself, over real HTTP and a real folder, on both databases.</summary>
public sealed class PulledTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Source_is_asked_by_itself_then_for_what_changed_and_at_once_where_it_gives_notice(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Sources = [new HrisOptions("bamboo", HrisKind.BambooHr, "secret")] });
        var hr = sandbox.Source("bamboo");
        hr.Put("1", Employee("1", "Ada", "Berg", "Active", "Engineer"));
        hr.Put("2", Employee("2", "Bo", "Dahl", "Active", "Engineer"));
        await using var bridge = await HrisBridge.StartAsync(kind, source =>
        {
            source["kind"] = "bamboohr";
            source["baseUrl"] = sandbox.SourceAddress("bamboo").ToString();
            source["apiKey"] = new JsonObject { ["value"] = "secret" };
            source["allowPrivateAddresses"] = true;
            source["pullEveryMinutes"] = 30;
            source["events"] = JsonNode.Parse("""{ "keys": [ { "value": "key" } ], "content": "notice" }""");
        });

        await UntilAsync(bridge, async () => await bridge.IsActiveAsync("2") == true);
        var calls = hr.Calls.Count;
        bridge.Time.Advance(TimeSpan.FromMinutes(29));
        await bridge.Get<Sweep>().RunAsync(CancellationToken.None);
        Assert.Equal(calls, hr.Calls.Count);

        hr.Put("1", Employee("1", "Ada", "Berg", "Active", "Boss"));
        const string notice = """{"employee":"1"}""";
        (await bridge.EventAsync(notice, bridge.Sign(notice, "key"))).Is(HttpStatusCode.Accepted);
        await UntilAsync(bridge, async () => (string?)(await bridge.UserAsync("1"))!["title"] == "Boss");

        bridge.Time.Advance(TimeSpan.FromMinutes(31));
        hr.Put("2", Employee("2", "Bo", "Dahl", "Inactive", "Engineer", "2026-02-01"));
        await bridge.Get<Sweep>().RunAsync(CancellationToken.None);
        await UntilAsync(bridge, async () => await bridge.IsActiveAsync("2") == false);
        Assert.Equal(["delta", "delta", "full"], (await bridge.SendAsync("GET", "/hris/v1/people/batches")).Body!["batches"]!.AsArray().Select(b => (string)b!["mode"]!));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task File_in_the_folder_is_read_once_and_put_away(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("scimbridge-feed-").FullName;
        try
        {
            var row = HrisBridge.Worker("1").ToJsonString();
            await File.WriteAllTextAsync(Path.Combine(folder, "a.ndjson"), row + "\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "a.ndjson.done"), """{ "rows": 1, "mode": "full" }""");
            await File.WriteAllTextAsync(Path.Combine(folder, "b.ndjson"), row + "\n" + row[..^20] + "\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "b.ndjson.done"), """{ "rows": 3, "mode": "full" }""");
            await using var bridge = await HrisBridge.StartAsync(kind, source =>
            {
                source["kind"] = "folder";
                source["path"] = folder;
                source["pattern"] = "*.ndjson";
                source["pullEveryMinutes"] = 1;
            });

            for (var i = 0; i < 4; i++)
            {
                bridge.Time.Advance(TimeSpan.FromMinutes(2));
                await bridge.Get<Sweep>().RunAsync(CancellationToken.None);
                await Task.Delay(300);
            }

            await UntilAsync(bridge, () => Task.FromResult(Directory.GetFiles(folder).Length == 0));
            Assert.True(await bridge.IsActiveAsync("1"));
            Assert.Contains(Path.Combine(folder, "done", "a.ndjson"), Directory.GetFiles(Path.Combine(folder, "done")));
            Assert.Contains(Path.Combine(folder, "failed", "b.ndjson"), Directory.GetFiles(Path.Combine(folder, "failed")));
            Assert.Equal(["failed", "read"], (await bridge.SendAsync("GET", "/hris/v1/people/batches")).Body!["batches"]!.AsArray().Select(b => (string)b!["state"]!).Order());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Source_that_cannot_be_asked_says_why_and_hurts_nobody()
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Sources = [new HrisOptions("bamboo", HrisKind.BambooHr, "secret")] });
        await using var bridge = await HrisBridge.StartAsync(DatabaseKind.Sqlite, source =>
        {
            source["kind"] = "bamboohr";
            source["baseUrl"] = sandbox.SourceAddress("bamboo").ToString();
            source["apiKey"] = new JsonObject { ["value"] = "wrong" };
            source["allowPrivateAddresses"] = true;
        });

        await UntilAsync(bridge, async () => await ErrorAsync(bridge) is not null);

        Assert.DoesNotContain("wrong", await ErrorAsync(bridge), StringComparison.Ordinal);
        Assert.Empty((await bridge.SendAsync("GET", "/hris/v1/people/batches")).Body!["batches"]!.AsArray());
    }

    private static async Task<string?> ErrorAsync(HrisBridge bridge) =>
        (await bridge.Database.ReadAsync(s => SourceStore.FindAsync(s, "people", CancellationToken.None), CancellationToken.None)).PullError;

    private static string Employee(string id, string given, string family, string status, string title, string left = "0000-00-00") => new JsonObject
    {
        ["employeeId"] = id, ["employeeNumber"] = id, ["firstName"] = given, ["lastName"] = family, ["status"] = status, ["employmentStatusName"] = "Full-Time",
        ["hireDate"] = "2020-01-01", ["terminationDate"] = left, ["jobTitleName"] = title,
    }.ToJsonString();

    private static async Task UntilAsync(HrisBridge bridge, Func<Task<bool>> condition)
    {
        for (var i = 0; i < 1_500; i++)
        {
            await bridge.DecideAsync();
            if (await condition())
                return;
            await Task.Delay(20);
        }

        Assert.Fail("It never came to be.");
    }
}
