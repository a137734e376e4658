using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Targets;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Graph;
using ScimBridge.Sandbox.Okta;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Reconciliations;

/// <summary>A bridge with a company whose accounts stand at a SCIM target, in an Okta org and in a tenant of Entra, as they should be.</summary>
internal sealed class DriftBridge : IAsyncDisposable
{
    public const string Privileged = "Administrators";

    private const string TenantId = "3f2b8c1d-5e60-4c7a-9d11-7a0b6c5d4e3f", ClientId = "0f1e2d3c-4b5a-4697-8877-665544332211";

    private const string Extension = "extension_0123456789abcdef0123456789abcdef_scimBridgeId";

    private static readonly string[] GraphRoles =
    [
        "User.ReadWrite.All", "Group.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "AppRoleAssignment.ReadWrite.All",
        "RoleManagement.ReadWrite.Directory", "UserAuthenticationMethod.ReadWrite.All", "Device.ReadWrite.All", "AuditLog.Read.All", "Application.ReadWrite.All",
        "AgentIdentity.ReadWrite.All",
    ];

    private readonly SandboxHost _more;

    private DriftBridge(TestBridge bridge, SandboxHost more, string[] targets)
    {
        Bridge = bridge;
        _more = more;
        Targets = targets;
    }

    public TestBridge Bridge { get; }

    public IReadOnlyList<string> Targets { get; }

    public OktaState Okta => _more.Org("corp");

    public GraphState Graph => _more.Tenant("corp");

    public Instant Now => Bridge.Get<IClock>().GetCurrentInstant();

    public static async Task<DriftBridge> StartAsync(DatabaseKind kind, string[] targets, Action<JsonObject>? adjust = null)
    {
        var time = new SharedTime();
        var more = await SandboxHost.StartAsync(new SandboxOptions
        {
            Clock = time,
            Orgs = [new OktaOptions("corp", "00token") { Settings = new OktaSettings { ReadsPerDeactivation = 0 } }],
            Tenants = [new GraphOptions("corp", TenantId) { Apps = [new GraphApp(ClientId, GraphRoles) { Secret = "secret" }] }],
        });
        var bridge = await TestBridge.StartAsync(kind, json =>
        {
            json["groups"] = new JsonObject
            {
                ["department"] = new JsonObject { ["displayName"] = "{value}", ["each"] = "department" },
                ["admins"] = new JsonObject { ["displayName"] = Privileged, ["where"] = "title eq \"Admin\"", ["privileged"] = true },
            };
            var all = json["targets"]!.AsObject();
            var scim = all["corp"]!.DeepClone();
            all.Clear();
            if (targets.Contains("scim"))
                all["scim"] = scim;
            if (targets.Contains("okta"))
            {
                all["okta"] = new JsonObject
                {
                    ["kind"] = "okta", ["mode"] = "enforce", ["baseUrl"] = more.OrgAddress("corp").ToString(), ["apiToken"] = new JsonObject { ["value"] = "00token" },
                    ["allowPrivateAddresses"] = true, ["delete"] = true, ["activationEmail"] = false,
                };
            }

            if (targets.Contains("entra"))
            {
                all["entra"] = new JsonObject
                {
                    ["kind"] = "entra", ["mode"] = "enforce", ["tenantId"] = TenantId, ["clientId"] = ClientId, ["credential"] = new JsonObject { ["secret"] = new JsonObject { ["value"] = "secret" } },
                    ["baseUrl"] = more.GraphAddress("corp").ToString(), ["authorityHost"] = more.BaseAddress.ToString(), ["correlationAttribute"] = Extension,
                    ["allowPrivateAddresses"] = true, ["delete"] = true, ["revoke"] = new JsonArray("sessions", "grants", "roles"),
                };
            }

            TestBridge.Unheld(json);
            adjust?.Invoke(json);
        });
        time.Inner = bridge.Time;
        return new DriftBridge(bridge, more, targets);
    }

    public ITarget Target(string name) => Bridge.Get<TargetConnections>()[name];

    public Task<T> ReadAsync<T>(Func<Session, Task<T>> read) => Bridge.Database.ReadAsync(read, CancellationToken.None);

    /// <summary>Brings everybody in, and lets some of them leave or be suspended.</summary>
    public async Task FillAsync(int people, IReadOnlySet<int> leavers, IReadOnlySet<int> suspended, IReadOnlySet<int> admins)
    {
        string[] Rows(bool isLater) => [.. Enumerable.Range(1, people).Select(i => TestBridge.Row(
            i.ToString(CultureInfo.InvariantCulture),
            $"Given{i}",
            $"Family{i}",
            status: isLater && leavers.Contains(i) ? "T" : isLater && suspended.Contains(i) ? "S" : "A",
            title: admins.Contains(i) ? "Admin" : "Engineer",
            department: $"Department {i % 8}",
            manager: i > 1 ? "1" : ""))];
        await Bridge.ImportUndeliveredAsync(Rows(isLater: false));
        await SettleAsync();
        await Bridge.ImportUndeliveredAsync(Rows(isLater: true));
        await SettleAsync();
    }

    /// <summary>Decides, delivers and enforces until nothing is due now.</summary>
    public async Task SettleAsync()
    {
        await Bridge.RunAsync(DrainKind.DecideWorkers, "hr");
        foreach (var target in Targets)
        {
            for (var i = 0; i < 100; i++)
            {
                await Bridge.RunAsync(DrainKind.Deliver, target);
                await Bridge.RunAsync(DrainKind.Enforce, target);
                if (await ReadAsync(s => DueStore.NextAtAsync(s, target, CancellationToken.None)) is not { } next)
                    break;
                var wait = Microseconds.ToInstant(next) - Now;
                Bridge.Time.Advance(wait > Duration.Zero ? wait.ToTimeSpan() : TimeSpan.FromMilliseconds(1));
            }

            Assert.Equal(new DueCount(0, 0), await ReadAsync(s => DueStore.CountAsync(s, target, CancellationToken.None)));
        }
    }

    /// <summary>Compares a target and waits for the end of it; answers with what was found.</summary>
    public async Task<(Reconciliation Reconciliation, List<StoredDifference> Found)> ReconcileAsync(
        string target, string scope = Reconciliation.OfAll, string mode = Reconciliation.Report, string? subject = null)
    {
        var asked = await Bridge.Database.WriteAsync(
            s => ReconciliationSchedule.AddAsync(s, target, scope, subject, mode, "tester", Now, CancellationToken.None), CancellationToken.None);
        return await EndAsync(target, asked.Id);
    }

    /// <summary>Runs the drain until a reconciliation is over.</summary>
    public async Task<(Reconciliation Reconciliation, List<StoredDifference> Found)> EndAsync(string target, string id)
    {
        for (var i = 0; i < 100; i++)
        {
            await Bridge.RunAsync(DrainKind.Reconcile, target);
            var now = (await ReadAsync(s => ReconciliationStore.FindAsync(s, id, CancellationToken.None)))!;
            if (!now.IsOpen)
                return (now, await ReadAsync(s => ReconciliationStore.DifferencesAsync(s, id, 0, 100_000, CancellationToken.None)));
            Bridge.Time.Advance(TimeSpan.FromSeconds(5));
        }

        throw new InvalidOperationException("The reconciliation never came to its end.");
    }

    /// <summary>The ids of the users of workers, by the number of the worker.</summary>
    public async Task<Dictionary<int, string>> UsersAsync() => (await ReadAsync(s => s.QueryAsync(
        "SELECT worker_id, resource_id FROM worker", r => (Id: r.GetString(0), Resource: r.GetString(1)), CancellationToken.None)))
        .ToDictionary(w => int.Parse(w.Id, CultureInfo.InvariantCulture), w => w.Resource);

    /// <summary>The ids of the groups, by name.</summary>
    public async Task<Dictionary<string, string>> GroupsAsync() => (await ReadAsync(s => s.QueryAsync(
        "SELECT id, body FROM resource WHERE type = 'Group'", r => (Id: r.GetString(0), Body: r.GetString(1)), CancellationToken.None)))
        .ToDictionary(g => (string)JsonNode.Parse(g.Body)!["displayName"]!, g => g.Id, StringComparer.Ordinal);

    /// <summary>What a target is known to have, by the ids of the resources.</summary>
    public async Task<Dictionary<string, Link>> LinksAsync(string target, IEnumerable<string> ids) =>
        await ReadAsync(s => LinkStore.FindAsync(s, target, [.. ids], CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await Bridge.DisposeAsync();
        await _more.DisposeAsync();
    }

    // The targets have the time of the bridge, which comes to be after them.
    private sealed class SharedTime : TimeProvider
    {
        public TimeProvider? Inner { get; set; }

        public override DateTimeOffset GetUtcNow() => (Inner ?? System).GetUtcNow();
    }
}
