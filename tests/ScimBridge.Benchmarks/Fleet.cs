using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Graph;
using ScimBridge.Sandbox.Okta;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Benchmarks;

/// <summary>
/// A company of which each worker has an account at three targets of the sandbox, which runs in this process: SCIM, Okta and Entra. The
/// bridge that is measured runs in another.
/// </summary>
internal sealed class Fleet : IAsyncDisposable
{
    public const string Corp = "corp";
    public const string Org = "org";
    public const string Tenant = "tenant";

    /// <summary>The part of Okta's limits that the bridge leaves to urgent calls and to others, as it does unless it is told otherwise.</summary>
    public const double OktaReserve = 0.1;

    private const string TenantId = "3f2b8c1d-5e60-4c7a-9d11-7a0b6c5d4e3f";
    private const string AppId = "0f1e2d3c-4b5a-4697-8877-665544332211";
    private const int AtOnce = 2_000;
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _folder = Directory.CreateTempSubdirectory("scimbridge-bench-").FullName;
    private readonly Dictionary<string, Dictionary<string, string>> _remote = new(StringComparer.Ordinal);
    private readonly HttpClient _http = new();

    private Fleet(TestDatabase storage, SandboxHost sandbox, CallCounts org, CallCounts tenant)
    {
        Storage = storage;
        Sandbox = sandbox;
        OrgCalls = org;
        TenantCalls = tenant;
        Configuration = Configure();
    }

    public static IReadOnlyList<string> Targets { get; } = [Corp, Org, Tenant];

    public SandboxHost Sandbox { get; }

    /// <summary>The file with the configuration of the bridge.</summary>
    public string Configuration { get; }

    /// <summary>The user names, by the key of the worker.</summary>
    public Dictionary<string, (string ResourceId, string UserName)> People { get; } = new(StringComparer.Ordinal);

    /// <summary>The rows of the HR file, by the key of the worker, behind its header.</summary>
    public (string Header, Dictionary<string, string> ByWorker) Rows { get; private set; } = ("", []);

    public Database Database => Storage.Database;

    public TestDatabase Storage { get; }

    private CallCounts OrgCalls { get; }

    private CallCounts TenantCalls { get; }

    /// <summary>Imports the company, and gives everybody an account everywhere, acknowledged as it is.</summary>
    public static async Task<Fleet> StartAsync(DatabaseKind kind, int accounts)
    {
        var (org, tenant) = (new CallCounts(), new CallCounts());
        var sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            Targets = [new ScimTargetOptions(Corp, "secret")],
            Orgs = [new OktaOptions(Org, "token") { KeepsCalls = false, Observe = c => org.Count(c.Status) }],
            Tenants =
            [
                new GraphOptions(Tenant, TenantId)
                {
                    Apps = [new GraphApp(AppId, [
                        "User.ReadWrite.All", "Group.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "AppRoleAssignment.ReadWrite.All",
                        "RoleManagement.ReadWrite.Directory", "AuditLog.Read.All",
                    ]) { Secret = "s3cret" }],
                    Domains = ["example.com"],
                    KeepsCalls = false,
                    Observe = c => tenant.Count(c.Status),
                },
            ],
        });
        var fleet = new Fleet(await TestDatabase.CreateAsync(kind), sandbox, org, tenant);
        await fleet.FillAsync(accounts);
        return fleet;
    }

    /// <summary>How many calls a target has had, and how many of them were too many for it.</summary>
    public (long Made, long Refused) Calls(string target)
    {
        if (target != Corp)
            return (target == Org ? OrgCalls : TenantCalls).Now;
        var report = Sandbox.Target(Corp).Calls;
        return (report.Total, report.Calls.Where(c => c.Status == 429).Sum(c => c.Count));
    }

    /// <summary>Limits each target to so many calls a second, and waits until what Okta has counted in the minute that runs is past.</summary>
    public Task LimitAsync(int perSecond)
    {
        Limit(perSecond);
        return Task.Delay(TimeSpan.FromSeconds(61));
    }

    /// <summary>Limits each target to so many calls a second, each in the way of its kind; null for no limit.</summary>
    public void Limit(int? perSecond)
    {
        Sandbox.Target(Corp).Settings = new ScimTargetSettings { LimitPerSecond = perSecond };
        Sandbox.Org(Org).Settings = new OktaSettings { LimitPerMinute = (perSecond ?? 100_000) * 60 };
        Sandbox.Tenant(Tenant).Settings = new GraphSettings { UnitsPer10Seconds = perSecond * 10 };
    }

    /// <summary>The configuration with a ceiling for one of the targets, in calls a second.</summary>
    public string WithCeiling(string target, int perSecond)
    {
        var json = JsonNode.Parse(File.ReadAllText(Configuration))!;
        json["targets"]![target]!["callsPerSecond"] = perSecond;
        var path = Path.Combine(_folder, "ceiling.json");
        File.WriteAllText(path, json.ToJsonString());
        return path;
    }

    /// <summary>Acknowledges accounts at a target: as they are, or with another title and a mark, so that a change of each waits.</summary>
    public async Task AcknowledgeAsync(string target, int accounts, bool changed)
    {
        var remote = _remote[target];
        var left = accounts;
        for (var after = ""; left > 0;)
        {
            var page = await Database.ReadAsync(s => PlanStore.ResourcesAsync(s, "User", after, Math.Min(AtOnce, left), None), None);
            if (page.Count == 0)
                break;
            after = page[^1].Row.Id;
            left -= page.Count;
            var links = page.ConvertAll(r =>
            {
                var body = JsonNode.Parse(r.Row.Body)!.AsObject();
                var account = AccountMapping.User(r.Row.Id, body, AccountMapping.ManagerOf(body) is { } manager ? remote[manager] : null).Account;
                var delivered = account.Attributes.DeepClone();
                if (changed)
                    delivered["title"] = "As it was before";
                return new Link(r.Row.Id, remote[r.Row.Id], account.Active, delivered.ToJsonString(), Awaits: null);
            });
            var now = NodaTime.SystemClock.Instance.GetCurrentInstant().ToMicroseconds();
            await Database.WriteAsync(
                async s =>
                {
                    await LinkStore.PutAsync(s, target, links, now, None);
                    if (changed)
                        await DueStore.MarkAsync(s, links.Select(l => new DueMark(target, l.ResourceId, "", Lane.Change)), now, "bench", None);
                },
                None);
        }
    }

    /// <summary>Marks everybody at a target, as a changed mapping does.</summary>
    public Task<int> MarkAsync(string target) => Database.WriteAsync(
        s => AppliedMappingStore.MarkAccountsAsync(s, target, NodaTime.SystemClock.Instance.GetCurrentInstant().ToMicroseconds(), "bench", None), None);

    /// <summary>How many marks wait at a target.</summary>
    public async Task<long> WaitingAsync(string target) => (await Database.ReadAsync(s => DueStore.CountAsync(s, target, None), None)).Waiting;

    /// <summary>Whether nobody can sign in with that person's account at the target any more.</summary>
    public bool IsShut(string target, string worker)
    {
        var (resource, userName) = People[worker];
        switch (target)
        {
            case Corp:
                return !Sandbox.Target(Corp).FindUser(userName)!.Active;
            case Org:
                var user = JsonNode.Parse(Sandbox.Org(Org).User(_remote[Org][resource])!)!;
                return (string?)user["status"] == "DEPROVISIONED" || user["transitioningToStatus"] is not null;
            default:
                return Sandbox.Tenant(Tenant).Property(_remote[Tenant][resource], "accountEnabled") == "false";
        }
    }

    /// <summary>Gives a person sessions and tokens everywhere.</summary>
    public void SignIn(string worker)
    {
        var (resource, userName) = People[worker];
        Sandbox.Target(Corp).SignIn(userName);
        Sandbox.Target(Corp).AddPersonalToken(userName);
        Sandbox.Org(Org).People.SignIn(_remote[Org][resource]);
        Sandbox.Org(Org).People.AddApiToken(_remote[Org][resource]);
        Sandbox.Tenant(Tenant).SignIn(_remote[Tenant][resource]);
        Sandbox.Tenant(Tenant).People.Consent(_remote[Tenant][resource]);
    }

    /// <summary>The calls that change the titles of so many accounts at a target, for a client that does nothing else.</summary>
    public async Task<string> PlainCallsAsync(string target, int accounts, int round)
    {
        var (method, prefix, authorization, type) = target switch
        {
            Corp => ("PATCH", Sandbox.ScimAddress(Corp) + "Users/", "Bearer secret", "application/scim+json"),
            Org => ("POST", Sandbox.OrgAddress(Org) + "/api/v1/users/", "SSWS token", "application/json"),
            _ => ("PATCH", Sandbox.GraphAddress(Tenant) + "/v1.0/users/", "Bearer " + await GraphTokenAsync(), "application/json"),
        };
        var title = string.Create(CultureInfo.InvariantCulture, $"Plain title {round}");
        var body = target switch
        {
            Corp => $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"{{title}}"}]}""",
            Org => $$$"""{"profile":{"title":"{{{title}}}"}}""",
            _ => $$"""{"jobTitle":"{{title}}"}""",
        };
        var path = Path.Combine(_folder, target + ".calls");
        await File.WriteAllLinesAsync(
            path, _remote[target].Values.Take(accounts).Select(id => string.Join('\t', method, prefix + id, authorization, type, body)));
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Sandbox.DisposeAsync();
        await Storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> GraphTokenAsync()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = AppId, ["client_secret"] = "s3cret", ["scope"] = "https://graph.microsoft.com/.default",
        });
        using var answer = await _http.PostAsync(new Uri(Sandbox.BaseAddress, TenantId + "/oauth2/v2.0/token"), form);
        return (string)(await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!;
    }

    private string Configure()
    {
        var path = Company.Configure(_folder, Storage, target: null);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json["targets"] = new JsonObject
        {
            [Corp] = new JsonObject
            {
                ["kind"] = "scim", ["mode"] = "enforce", ["baseUrl"] = Sandbox.ScimAddress(Corp).ToString(), ["token"] = new JsonObject { ["value"] = "secret" },
                ["allowPrivateAddresses"] = true,
            },
            [Org] = new JsonObject
            {
                ["kind"] = "okta", ["mode"] = "enforce", ["baseUrl"] = Sandbox.OrgAddress(Org).ToString(), ["apiToken"] = new JsonObject { ["value"] = "token" },
                ["allowPrivateAddresses"] = true, ["match"] = new JsonArray("login"),
            },
            [Tenant] = new JsonObject
            {
                ["kind"] = "entra", ["mode"] = "enforce", ["tenantId"] = TenantId, ["clientId"] = AppId,
                ["credential"] = new JsonObject { ["secret"] = new JsonObject { ["value"] = "s3cret" } },
                ["baseUrl"] = Sandbox.GraphAddress(Tenant).ToString(), ["authorityHost"] = Sandbox.BaseAddress.ToString(),
                ["allowPrivateAddresses"] = true, ["revoke"] = new JsonArray("sessions", "grants", "roles"),
                ["correlationAttribute"] = "extension_0123456789abcdef0123456789abcdef_scimBridgeId",
            },
        };
        var fleet = Path.Combine(_folder, "fleet.json");
        File.WriteAllText(fleet, json.ToJsonString());
        return fleet;
    }

    private async Task FillAsync(int accounts)
    {
        var file = Path.Combine(_folder, "workers.csv");
        Company.Write(file, accounts);
        var lines = await File.ReadAllLinesAsync(file);
        Rows = (lines[0], lines.Skip(1).ToDictionary(l => l[..l.IndexOf(',', StringComparison.Ordinal)], StringComparer.Ordinal));
        // Before there are targets, so that nothing is due there.
        await ServerProcess.ImportAsync(Path.Combine(_folder, "bridge.json"), file);

        foreach (var target in Targets)
            _remote[target] = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var after = ""; ;)
        {
            var page = await Database.ReadAsync(s => PlanStore.ResourcesAsync(s, "User", after, AtOnce, None), None);
            if (page.Count == 0)
                break;
            after = page[^1].Row.Id;
            foreach (var (row, _, worker, _) in page)
            {
                var userName = (string)JsonNode.Parse(row.Body)!["userName"]!;
                People[worker!] = (row.Id, userName);
                _remote[Org][row.Id] = Sandbox.Org(Org).AddUser("ACTIVE", new JsonObject
                {
                    ["login"] = userName, ["email"] = userName, ["firstName"] = "First", ["lastName"] = "Last", ["scimBridgeId"] = row.Id,
                }.ToJsonString());
                _remote[Tenant][row.Id] = Sandbox.Tenant(Tenant).Add("user", new JsonObject
                {
                    ["userPrincipalName"] = userName, ["displayName"] = userName, ["accountEnabled"] = true,
                    ["extension_0123456789abcdef0123456789abcdef_scimBridgeId"] = row.Id,
                }.ToJsonString());
            }
        }

        await AddToCorpAsync();
        foreach (var target in Targets)
            await AcknowledgeAsync(target, accounts, changed: false);
        Console.WriteLine($"  {People.Count} accounts at each of {Targets.Count} targets");
    }

    private async Task AddToCorpAsync()
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "secret") } };
        var made = new System.Collections.Concurrent.ConcurrentBag<(string ResourceId, string RemoteId)>();
        await Parallel.ForEachAsync(People.Values, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (person, cancel) =>
        {
            using var content = new StringContent(
                $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{person.UserName}}","externalId":"{{person.ResourceId}}","active":true}""",
                Encoding.UTF8, "application/scim+json");
            using var answer = await http.PostAsync(Sandbox.ScimAddress(Corp) + "Users", content, cancel);
            var user = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>(cancel);
            made.Add((person.ResourceId, (string)user!["id"]!));
        });
        foreach (var (resource, remote) in made)
            _remote[Corp][resource] = remote;
    }
}
