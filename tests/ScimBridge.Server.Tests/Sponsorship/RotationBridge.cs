using System.Net;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Graph;
using ScimBridge.Sandbox.Okta;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>A bridge with a tenant, an org and a SCIM target whose service accounts it may change, and a vault that is a folder.</summary>
internal sealed class RotationBridge : IAsyncDisposable
{
    public const string TenantId = "3f2b8c1d-5e60-4c7a-9d11-7a0b6c5d4e3f";

    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HttpClient _http = new();

    private RotationBridge(TestBridge bridge, SandboxHost systems, string vault, List<Action> observers) => (Bridge, Systems, Vault, Observers) = (bridge, systems, vault, observers);

    public TestBridge Bridge { get; }

    public SandboxHost Systems { get; }

    public string Vault { get; }

    /// <summary>Called with each exchange at the tenant.</summary>
    public List<Action> Observers { get; }

    public GraphState Tenant => Systems.Tenant("corp");

    public OktaState Org => Systems.Org("corp");

    public ScimTargetState Product => Systems.Target("product");

    public static async Task<RotationBridge> StartAsync(DatabaseKind kind, Action<JsonObject>? adjust = null)
    {
        var observers = new List<Action>();
        const string ClientId = "0f1e2d3c-4b5a-4697-8877-665544332211";
        var systems = await SandboxHost.StartAsync(new SandboxOptions
        {
            Tenants =
            [
                new GraphOptions("corp", TenantId)
                {
                    Apps = [new GraphApp(ClientId, ["User.ReadWrite.All", "Group.ReadWrite.All", "Application.ReadWrite.All", "AgentIdentity.ReadWrite.All", "AuditLog.Read.All"]) { Secret = "bridge" }],
                    Observe = _ => observers.ForEach(o => o()),
                },
            ],
            Orgs = [new OktaOptions("corp", "00bridge")],
            Targets = [new ScimTargetOptions("product", "bridge")],
        });
        var vault = Directory.CreateTempSubdirectory("vault-").FullName;
        var bridge = await TestBridge.StartAsync(kind, json =>
        {
            ServiceAccounts.On(json);
            json["rotation"] = new JsonObject { ["vault"] = new JsonObject { ["folder"] = vault }, ["path"] = "apps/{remoteId}" };
            var targets = json["targets"]!.AsObject();
            targets["entra"] = new JsonObject
            {
                ["kind"] = "entra", ["mode"] = "enforce", ["tenantId"] = TenantId, ["clientId"] = ClientId, ["credential"] = new JsonObject { ["secret"] = new JsonObject { ["value"] = "bridge" } },
                ["baseUrl"] = systems.GraphAddress("corp").ToString(), ["authorityHost"] = systems.BaseAddress.ToString(), ["allowPrivateAddresses"] = true,
                ["correlationAttribute"] = "extension_0123456789abcdef0123456789abcdef_scimBridgeId",
                ["serviceAccounts"] = new JsonObject { ["change"] = true, ["readUse"] = true, ["agentIdentities"] = true },
            };
            targets["okta"] = new JsonObject
            {
                ["kind"] = "okta", ["mode"] = "enforce", ["baseUrl"] = systems.OrgAddress("corp").ToString(), ["apiToken"] = new JsonObject { ["value"] = "00bridge" },
                ["allowPrivateAddresses"] = true, ["loginSuffix"] = "@corp.example", ["serviceAccounts"] = new JsonObject { ["change"] = true },
            };
            targets["product"] = new JsonObject
            {
                ["kind"] = "scim", ["mode"] = "enforce", ["baseUrl"] = systems.ScimAddress("product").ToString(), ["token"] = new JsonObject { ["value"] = "bridge" },
                ["allowPrivateAddresses"] = true,
                ["serviceAccounts"] = new JsonObject
                {
                    ["find"] = new JsonArray(
                        new JsonObject { ["attribute"] = "userType", ["value"] = "Service" },
                        new JsonObject { ["attribute"] = "userType", ["value"] = "Admin", ["kind"] = "sharedAdminAccess" }),
                    ["change"] = true, ["passwords"] = true, ["probeUrl"] = new Uri(systems.BaseAddress, "targets/product/api/me").ToString(),
                },
            };
            adjust?.Invoke(json);
        });
        return new RotationBridge(bridge, systems, vault, observers);
    }

    /// <summary>An application with a secret, which the vault has too.</summary>
    public (string Id, string AppId, string KeyId, string Secret) AddApplication(string name = "Payroll export")
    {
        var appId = Guid.NewGuid().ToString();
        Tenant.Add("servicePrincipal", $$"""{"displayName":"{{name}}","appId":"{{appId}}","servicePrincipalType":"Application","accountEnabled":true}""");
        var id = Tenant.Add("application", $$"""{"displayName":"{{name}}","appId":"{{appId}}"}""");
        var (keyId, secret) = Tenant.AddSecret(id, ends: DateTimeOffset.MaxValue.AddYears(-1));
        Keep(id, secret);
        return (id, appId, keyId, secret);
    }

    /// <summary>A user of the product that is no person, with a password that the vault has too.</summary>
    public async Task<(string Id, string Password)> AddProductUserAsync(string userName, string userType)
    {
        var password = "Old-" + Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Systems.ScimAddress("product"), "Users"))
        {
            Headers = { { "Authorization", "Bearer bridge" } },
            Content = new StringContent(
                $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{userName}}","displayName":"{{userName}}","userType":"{{userType}}","password":"{{password}}"}"""),
        };
        using var response = await _http.SendAsync(request);
        var id = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!;
        Keep(id, password);
        return (id, password);
    }

    /// <summary>Whom the product names as the manager of a user; null for nobody.</summary>
    public async Task<string?> ManagerAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Systems.ScimAddress("product"), "Users/" + id)) { Headers = { { "Authorization", "Bearer bridge" } } };
        using var response = await _http.SendAsync(request);
        return (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]?["manager"]?["value"];
    }

    /// <summary>Names somebody else there, behind the bridge's back.</summary>
    public async Task SetManagerAsync(string id, string manager)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(Systems.ScimAddress("product"), "Users/" + id))
        {
            Headers = { { "Authorization", "Bearer bridge" } },
            Content = new StringContent(
                $$$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"{{{manager}}}"}}]}"""),
        };
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Puts a secret into the vault by hand.</summary>
    public void Keep(string remoteId, string secret)
    {
        Directory.CreateDirectory(Path.Combine(Vault, "apps"));
        File.WriteAllText(Path.Combine(Vault, "apps", remoteId), secret);
    }

    /// <summary>What a consumer reads in the vault.</summary>
    public string Fetch(string remoteId) => File.ReadAllText(Path.Combine(Vault, "apps", remoteId));

    /// <summary>Whether the tenant hands out a token for a secret.</summary>
    public async Task<bool> TakesAsync(string appId, string secret)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = appId, ["client_secret"] = secret, ["scope"] = "https://graph.microsoft.com/.default",
        });
        using var response = await _http.PostAsync(new Uri(Systems.BaseAddress, $"{TenantId}/oauth2/v2.0/token"), form);
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Whether the product lets somebody in with a password.</summary>
    public async Task<bool> LetsInAsync(string userName, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Systems.BaseAddress, "targets/product/api/me"));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{userName}:{password}")));
        using var response = await _http.SendAsync(request);
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Writes an account of a target into the inventory, with a duty for its credential where somebody knows it who has gone.</summary>
    public async Task<ServiceAccount> AddAccountAsync(
        string target, string remoteId, ServiceAccountKind kind, string keyId, CredentialType type, Retirement retirement = Retirement.Rotate, bool isDue = true, string sponsor = "bob", string owner = "ann")
    {
        var now = Bridge.Get<IClock>().GetCurrentInstant();
        var account = new ServiceAccount("sa-" + remoteId, kind, Criticality.C3)
        {
            Accountable = [new(AccountableRole.Sponsor, sponsor, now) { AcceptedAt = now }, new(AccountableRole.TechnicalOwner, owner, now) { AcceptedAt = now }],
            AttestedAt = now,
            Credentials = [new Credential(keyId) { CreatedBy = owner, Retirement = retirement }],
            Duties = isDue ? [new RotationDuty(keyId, owner, now + Duration.FromDays(7))] : [],
        };
        var configuration = Bridge.Configuration;
        var resource = configuration.Catalog.FindResourceType(ConfiguredSponsorship.TypeName)!;
        await Bridge.Database.WriteAsync(
            async s =>
            {
                var changes = new Changes(now, "client:test", "test", []);
                var beside = new AccountChanges(configuration, "client:test", "test", now);
                var body = new JsonObject
                {
                    ["schemas"] = new JsonArray(resource.Schema.Id), ["displayName"] = remoteId, ["kind"] = "serviceAccount", ["criticality"] = 3, ["target"] = target, ["remoteId"] = remoteId,
                    ["credentials"] = new JsonArray(new JsonObject { ["value"] = keyId, ["type"] = char.ToLowerInvariant(type.ToString()[0]) + type.ToString()[1..] }),
                };
                changes.Resources.Add(ResourceWriter.Create(
                    resource, account.Id, ServiceAccountResource.Show(body, account, configuration.Sponsorship!.Policy), "client:test", Lane.Join));
                beside.AddBeside(new ServiceAccountWrite(Before: null, account, now + Duration.FromDays(365)) { Target = target, RemoteId = remoteId }, []);
                await Commit.WriteAsync(s, changes, None);
                await beside.WriteAsync(s, None);
                if (isDue)
                    await ServiceAccountTaskStore.MarkAsync(s, [new(target, account.Id, ServiceAccountVerb.Rotate, keyId, Lane.Change, now.ToMicroseconds())], now.ToMicroseconds(), "test", None);
            },
            None);
        return account;
    }

    public Task MarkAsync(string target, string accountId, ServiceAccountVerb verb, string keyId = "")
    {
        var now = Bridge.Get<IClock>().GetCurrentInstant().ToMicroseconds();
        return Bridge.Database.WriteAsync(s => ServiceAccountTaskStore.MarkAsync(s, [new(target, accountId, verb, keyId, Lane.Revoke, now)], now, "test", None), None);
    }

    public async Task ChangeAsync(string accountId, Func<ServiceAccount, ServiceAccount> change)
    {
        var row = (await Bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [accountId], None), None)).Single();
        await Bridge.Database.WriteAsync(
            s => ServiceAccountStore.SaveAsync(s, [new ServiceAccountWrite(row, change(row.Account), row.NextAt) { Target = row.Target, RemoteId = row.RemoteId }], 0, None), None);
    }

    public async Task<Credential> CredentialAsync(string accountId, string keyId) =>
        (await ServiceAccounts.GetAsync(Bridge, accountId)).Credentials.Single(c => c.KeyId == keyId);

    public async Task<Rotation?> RotationAsync(string accountId) =>
        (await Bridge.Database.ReadAsync(s => RotationStore.OfAccountAsync(s, accountId, 1, None), None)).FirstOrDefault();

    /// <summary>Runs the drain of a target, and again whenever something is due, for so long.</summary>
    public async Task RunAsync(string target, TimeSpan howLong)
    {
        var until = Bridge.Get<IClock>().GetCurrentInstant() + Duration.FromTimeSpan(howLong);
        while (await Bridge.RunAsync(DrainKind.Rotate, target) is { } next && next <= until)
        {
            var wait = next - Bridge.Get<IClock>().GetCurrentInstant();
            Bridge.Time.Advance(wait > Duration.Zero ? wait.ToTimeSpan() : TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Everything that the database holds, as text: to see what it does not hold.</summary>
    public Task<string> DumpAsync() => Bridge.Database.ReadAsync(
        async s =>
        {
            var all = new System.Text.StringBuilder();
            foreach (var (table, columns) in new[]
            {
                ("rotation", "id || ' ' || coalesce(new_key_id, '') || ' ' || keys_before || ' ' || coalesce(read_back, '') || ' ' || coalesce(probe, '')"),
                ("service_account", "state"), ("service_account_task", "key_id || ' ' || coalesce(reason, '')"), ("journal", "data"), ("resource", "body"),
            })
            {
                foreach (var text in await s.QueryAsync($"SELECT {columns} FROM {table}", r => r.IsDBNull(0) ? "" : r.GetString(0), None))
                    all.AppendLine(text);
            }

            return all.ToString();
        },
        None);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Bridge.DisposeAsync();
        await Systems.DisposeAsync();
        Directory.Delete(Vault, recursive: true);
    }
}
