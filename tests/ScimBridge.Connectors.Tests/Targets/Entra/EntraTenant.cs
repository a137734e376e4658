using System.Collections.Concurrent;
using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Graph;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>A tenant in the sandbox, and targets that call it with what Azure.Identity and Microsoft.Graph make.</summary>
internal sealed class EntraTenant : IAsyncDisposable
{
    public const string TenantId = "3f2b8c1d-5e60-4c7a-9d11-7a0b6c5d4e3f";
    public const string ClientId = "0f1e2d3c-4b5a-4697-8877-665544332211";
    public const string Secret = "s3cret~of.the-app";
    public const string Extension = "extension_0123456789abcdef0123456789abcdef_scimBridgeId";

    /// <summary>What the README tells an administrator to consent to.</summary>
    public static readonly string[] LeastRoles = ["User.ReadWrite.All", "Group.ReadWrite.All"];

    /// <summary>What it says besides for an app that ends all that a leaver holds.</summary>
    public static readonly string[] RolesForLeavers =
    [
        .. LeastRoles, "DelegatedPermissionGrant.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "RoleManagement.ReadWrite.Directory",
        "UserAuthenticationMethod.ReadWrite.All", "Device.ReadWrite.All", "AuditLog.Read.All",
    ];

    /// <summary>What it says for an app that finds and changes non-human identities.</summary>
    public static readonly string[] RolesForServiceAccounts = [.. LeastRoles, "Application.ReadWrite.All", "AgentIdentity.ReadWrite.All", "AuditLog.Read.All"];

    private readonly SandboxHost _sandbox;
    private readonly ConcurrentQueue<GraphExchange> _exchanges;

    private EntraTenant(SandboxHost sandbox, ConcurrentQueue<GraphExchange> exchanges) => (_sandbox, _exchanges) = (sandbox, exchanges);

    public GraphState State => _sandbox.Tenant("corp");

    public Uri Sandbox => _sandbox.BaseAddress;

    /// <summary>The exchanges with Graph so far.</summary>
    public IReadOnlyList<GraphExchange> Exchanges => [.. _exchanges];

    /// <summary>The calls so far, without query; ids as they are.</summary>
    public IReadOnlyList<string> Calls => [.. _exchanges.Select(e => $"{e.Method} {Uri.UnescapeDataString(e.Path[1..].Split('?')[0])}")];

    public static async Task<EntraTenant> StartAsync(GraphSettings? settings = null, GraphApp? app = null, TimeProvider? clock = null)
    {
        var exchanges = new ConcurrentQueue<GraphExchange>();
        var sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            Clock = clock ?? TimeProvider.System,
            Tenants =
            [
                new GraphOptions("corp", TenantId)
                {
                    Apps = [app ?? new GraphApp(ClientId, LeastRoles) { Secret = Secret }],
                    Settings = settings ?? new(),
                    Observe = exchanges.Enqueue,
                },
            ],
        });
        return new EntraTenant(sandbox, exchanges);
    }

    public EntraTargetOptions Options() => new()
    {
        TenantId = TenantId,
        ClientId = ClientId,
        Credential = new EntraCredentialOptions { Secret = new SecretReference { Value = Secret } },
        BaseUrl = _sandbox.GraphAddress("corp").ToString(),
        AuthorityHost = _sandbox.BaseAddress.ToString(),
        CorrelationAttribute = Extension,
        UserPrincipalNameSuffix = "@corp.example",
        AllowPrivateAddresses = true,
        Delete = true,
        TimeoutSeconds = 5,
    };

    public EntraTarget Open(Action<EntraTargetOptions>? set = null, TimeProvider? clock = null)
    {
        var options = Options();
        set?.Invoke(options);
        return new EntraTarget(options, clock ?? TimeProvider.System);
    }

    public void Forget() => _exchanges.Clear();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();
}
