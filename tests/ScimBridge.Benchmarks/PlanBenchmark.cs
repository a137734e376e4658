using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Benchmarks;

/// <summary>
/// What-if plans over a company whose accounts five targets have acknowledged, made by the command line in a process of its own: nothing
/// to do, a batch that changes some or everybody, and a configuration by which everybody is decided and every account is compared.
/// </summary>
internal static class PlanBenchmark
{
    private const string Wanted = "< 60 s";
    private const int Targets = 5;
    private const int Changes = 10_000;
    private const int AtOnce = 2_000;

    public static async Task RunAsync(DatabaseKind kind, int workers, ResultTable table)
    {
        Console.WriteLine($"Plans over {workers} workers and {Targets} targets, {kind}");
        var folder = Directory.CreateTempSubdirectory("scimbridge-bench-").FullName;
        try
        {
            await using var database = await TestDatabase.CreateAsync(kind);
            var file = Path.Combine(folder, "workers.csv");
            Company.Write(file, workers);
            var config = Company.Configure(folder, database, target: null);
            await ServerProcess.ImportAsync(config, file);
            await Task.WhenAll(Enumerable.Range(1, Targets).Select(i => AcknowledgeAsync(database.Database, Target(i))));
            Rewrite(config, config, Targets, inFlight: 16);
            var (some, all, next) = (Path.Combine(folder, "some.csv"), Path.Combine(folder, "all.csv"), Path.Combine(folder, "next.json"));
            Company.Write(some, workers, Math.Min(Changes, workers));
            Company.Write(all, workers, workers);
            Rewrite(config, next, Targets + 1, inFlight: 8);

            foreach (var (what, arguments) in new (string, string[])[]
            {
                ("of now, nothing to do", []),
                ($"of a batch that changes {Changes}", ["--batch", "hr", some, "--mode", "delta"]),
                ("of a batch that changes everybody", ["--batch", "hr", all]),
                ("of a configuration, every account compared, a target more", ["--with", next]),
            })
            {
                var (seconds, processor, peak, said) = await ServerProcess.RunAsync(["--config", config, "plan", "--json", .. arguments]);
                var items = (long)JsonNode.Parse(said)!["summary"]!["items"]!;
                Console.WriteLine($"  plan {what}: {seconds:0.0} s ({processor:0.0} s of a processor), {items} items, {peak} MiB");
                table.Add($"plan {what}, {kind}", Wanted, string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s ({processor:0.0} s of a processor), {items:N0} items, {peak} MiB"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // As it is after everything was delivered, without half a million calls.
    private static async Task AcknowledgeAsync(Database database, string target)
    {
        var none = CancellationToken.None;
        foreach (var type in new[] { "User", "Group" })
        {
            for (var after = ""; ;)
            {
                var page = await database.ReadAsync(s => PlanStore.ResourcesAsync(s, type, after, AtOnce, none), none);
                if (page.Count == 0)
                    break;
                after = page[^1].Row.Id;
                var links = page.ConvertAll(r =>
                {
                    var body = JsonNode.Parse(r.Row.Body)!.AsObject();
                    var account = (type == "Group"
                        ? AccountMapping.Group(r.Row.Id, body)
                        : AccountMapping.User(r.Row.Id, body, AccountMapping.ManagerOf(body) is { } manager ? "a-" + manager : null)).Account;
                    return new Link(r.Row.Id, "a-" + r.Row.Id, account.Active, account.Attributes.ToJsonString(), Awaits: null);
                });
                await database.WriteAsync(s => LinkStore.PutAsync(s, target, links, 1, none), none);
            }
        }

        await database.WriteAsync(
            s => s.ExecuteAsync("INSERT INTO link_member (target, group_id, member_id) SELECT CAST(@target AS text), group_id, member_id FROM membership", none, ("target", target)),
            none);
    }

    private static void Rewrite(string from, string to, int targets, int inFlight)
    {
        var json = JsonNode.Parse(File.ReadAllText(from))!.AsObject();
        json["targets"] = new JsonObject(Enumerable.Range(1, targets).Select(i => KeyValuePair.Create(Target(i), (JsonNode?)new JsonObject
        {
            ["kind"] = "scim", ["baseUrl"] = "https://idp.example/scim/v2", ["token"] = new JsonObject { ["value"] = "secret" }, ["inFlight"] = inFlight,
        })));
        File.WriteAllText(to, json.ToJsonString());
    }

    private static string Target(int i) => "t" + i.ToString(CultureInfo.InvariantCulture);
}
