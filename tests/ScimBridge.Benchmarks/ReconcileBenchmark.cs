using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Graph;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Benchmarks;

/// <summary>
/// Comparisons of everything at a SCIM target and a tenant of Entra whose accounts the bridge itself has made, one in a hundred of which was
/// changed since; by the command line in a process of its own. The floor reads the same pages and does nothing else.
/// </summary>
internal static class ReconcileBenchmark
{
    private const string Corp = "corp", Tenant = "tenant", Secret = "secret";
    private const string TenantId = "3f2b8c1d-5e60-4c7a-9d11-7a0b6c5d4e3f", AppId = "0f1e2d3c-4b5a-4697-8877-665544332211";

    // Of so many accounts, one differs.
    private const int Share = 100;

    // As the connectors ask for them.
    private const int ScimPage = 100, GraphPage = 300;
    private const double WantedMiB = 500;

    public static async Task RunAsync(DatabaseKind kind, int accounts, RatioTable table)
    {
        Console.WriteLine($"Comparisons of {accounts} accounts, {kind}");
        table.Kind = kind;
        var folder = Directory.CreateTempSubdirectory("scimbridge-bench-").FullName;
        var calls = new CallCounts();
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            Targets = [new ScimTargetOptions(Corp, Secret)],
            Tenants =
            [
                new GraphOptions(Tenant, TenantId)
                {
                    Apps = [new GraphApp(AppId, ["User.ReadWrite.All", "Group.ReadWrite.All"]) { Secret = Secret }],
                    Domains = ["example.com"], KeepsCalls = false, Observe = c => calls.Count(c.Status), Settings = new GraphSettings { MaxPageSize = GraphPage },
                },
            ],
        });
        try
        {
            await using var database = await TestDatabase.CreateAsync(kind);
            var config = Configure(Company.Configure(folder, database, target: null), sandbox);
            var file = Path.Combine(folder, "workers.csv");
            Company.Write(file, accounts);
            await ServerProcess.ImportAsync(config, file);
            var changed = await ChangeAsync(database, sandbox);
            foreach (var target in new[] { Corp, Tenant })
            {
                var made = target == Corp ? sandbox.Target(Corp).Calls.Total : calls.Now.Made;
                var floor = await FloorAsync(target, sandbox);
                var between = target == Corp ? sandbox.Target(Corp).Calls.Total : calls.Now.Made;
                var (seconds, processor, peak, said) = await ServerProcess.RunAsync(["--config", config, "reconcile", "--target", target, "--json"]);
                var own = (target == Corp ? sandbox.Target(Corp).Calls.Total : calls.Now.Made) - between;
                var over = JsonNode.Parse(said)!;
                if ((string?)over["state"] != "done" || (long)over["differences"]! != changed)
                    throw new InvalidOperationException($"{changed} accounts were changed, and the comparison says: {over.ToJsonString()}");
                table.AddNote($"{accounts:N0} accounts compared, {target}", [(seconds, floor)], "s", "the pages read, and nothing else");
                table.AddNote($"calls for them, {target}", [(own, between - made)], "calls", "pages; the others read groups, marks and what was changed a moment ago");
                table.AddLimit($"resident, {target}", WantedMiB, peak, "MiB", $"{processor:0.0} s of a processor");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Configure(string config, SandboxHost sandbox)
    {
        var json = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
        json["targets"] = new JsonObject
        {
            [Corp] = new JsonObject
            {
                ["kind"] = "scim", ["mode"] = "enforce", ["baseUrl"] = sandbox.ScimAddress(Corp).ToString(), ["token"] = new JsonObject { ["value"] = Secret },
                ["allowPrivateAddresses"] = true, ["inFlight"] = 16,
            },
            [Tenant] = new JsonObject
            {
                ["kind"] = "entra", ["mode"] = "enforce", ["tenantId"] = TenantId, ["clientId"] = AppId,
                ["credential"] = new JsonObject { ["secret"] = new JsonObject { ["value"] = Secret } },
                ["baseUrl"] = sandbox.GraphAddress(Tenant).ToString(), ["authorityHost"] = sandbox.BaseAddress.ToString(), ["allowPrivateAddresses"] = true,
                ["correlationAttribute"] = "extension_0123456789abcdef0123456789abcdef_scimBridgeId", ["inFlight"] = 16,
            },
        };
        File.WriteAllText(config, json.ToJsonString());
        return config;
    }

    /// <summary>Changes one account in a hundred at each target; answers with how many that were.</summary>
    private static async Task<long> ChangeAsync(TestDatabase database, SandboxHost sandbox)
    {
        using var http = new HttpClient { BaseAddress = sandbox.ScimAddress(Corp) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        var none = CancellationToken.None;
        long changed = 0;
        for (var after = ""; ;)
        {
            var page = await database.Database.ReadAsync(s => PlanStore.ResourcesAsync(s, "User", after, 5_000, none), none);
            if (page.Count == 0)
                return changed;
            after = page[^1].Row.Id;
            var some = page.Where((_, i) => i % Share == 0).Select(r => r.Row.Id).ToList();
            changed += some.Count;
            foreach (var link in (await database.Database.ReadAsync(s => LinkStore.FindAsync(s, Tenant, some, none), none)).Values)
                sandbox.Tenant(Tenant).Alter(link.RemoteId!, """{"jobTitle":"Changed by hand"}""");
            foreach (var link in (await database.Database.ReadAsync(s => LinkStore.FindAsync(s, Corp, some, none), none)).Values)
            {
                using var body = JsonContent.Create(
                    JsonNode.Parse("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"Changed by hand"}]}"""));
                using var answer = await http.PatchAsync(new Uri("Users/" + link.RemoteId, UriKind.Relative), body);
                answer.EnsureSuccessStatusCode();
            }
        }
    }

    /// <summary>The seconds in which a bare client reads all pages of users.</summary>
    private static async Task<double> FloorAsync(string target, SandboxHost sandbox)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", target == Corp ? Secret : await TokenAsync(http, sandbox));
        var began = Stopwatch.GetTimestamp();
        if (target == Corp)
        {
            for (var (read, total) = (0, 1); read < total;)
            {
                var page = await http.GetFromJsonAsync<JsonObject>(new Uri(
                    sandbox.ScimAddress(Corp), string.Create(CultureInfo.InvariantCulture, $"Users?startIndex={read + 1}&count={ScimPage}")));
                (read, total) = (read + page!["Resources"]!.AsArray().Count, (int)page["totalResults"]!);
            }
        }
        else
        {
            var first = $"{sandbox.GraphAddress(Tenant)}/v1.0/users";
            for (var query = $"?$top={GraphPage}&$expand=manager($select=id)"; query.Length > 0;)
            {
                var page = await http.GetFromJsonAsync<JsonObject>(new Uri(first + query));
                query = page!["@odata.nextLink"] is { } next ? new Uri((string)next!).Query : "";
            }
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<string> TokenAsync(HttpClient http, SandboxHost sandbox)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = AppId, ["client_secret"] = Secret, ["scope"] = "https://graph.microsoft.com/.default",
        });
        using var answer = await http.PostAsync(new Uri(sandbox.BaseAddress, TenantId + "/oauth2/v2.0/token"), form);
        return (string)(await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!;
    }
}
