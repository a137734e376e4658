using System.Collections.Concurrent;
using System.Security.Cryptography;
using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Okta;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>An org in the sandbox, and targets that call it. Every exchange is held against Okta's description of its interface.</summary>
internal sealed class OktaOrg : IAsyncDisposable
{
    public const string ApiToken = "00sandbox-token";
    public const string ClientId = "0oa1gjh63g214q0Hq0g4";

    /// <summary>What the README tells an administrator to grant.</summary>
    public static readonly string[] LeastScopes =
    [
        "okta.users.read", "okta.users.manage", "okta.groups.read", "okta.groups.manage", "okta.apiTokens.read", "okta.apiTokens.manage",
        "okta.roles.read", "okta.roles.manage", "okta.logs.read",
    ];

    private readonly ConcurrentQueue<OktaExchange> _exchanges;
    private readonly RSA _key;
    private readonly SandboxHost _sandbox;

    private OktaOrg(SandboxHost sandbox, RSA key, ConcurrentQueue<OktaExchange> exchanges) => (_sandbox, _key, _exchanges) = (sandbox, key, exchanges);

    public OktaState State => _sandbox.Org("corp");

    public string PrivateKeyPem => _key.ExportPkcs8PrivateKeyPem();

    public string Address => _sandbox.OrgAddress("corp").ToString();

    /// <summary>The calls so far, without query, ids as they are.</summary>
    public IReadOnlyList<string> Calls => [.. _exchanges.Select(e => $"{e.Method} {e.Path["/api/v1/".Length..].Split('?')[0]}")];

    public static async Task<OktaOrg> StartAsync(OktaSettings? settings = null, IReadOnlyList<string>? scopes = null, TimeProvider? clock = null)
    {
        var exchanges = new ConcurrentQueue<OktaExchange>();
        var key = RSA.Create(2048);
        var sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            Clock = clock ?? TimeProvider.System,
            Orgs =
            [
                new OktaOptions("corp", ApiToken)
                {
                    Apps = [new OktaApp(ClientId, key.ExportSubjectPublicKeyInfoPem(), scopes ?? LeastScopes)],
                    Settings = settings ?? new(),
                    Observe = exchanges.Enqueue,
                },
            ],
        });
        return new OktaOrg(sandbox, key, exchanges);
    }

    public OktaTarget Open(Action<OktaTargetOptions>? set = null, TimeProvider? clock = null)
    {
        var options = new OktaTargetOptions
        {
            BaseUrl = Address,
            ApiToken = new SecretReference { Value = ApiToken },
            AllowPrivateAddresses = true,
            LoginSuffix = "@corp.example",
            Delete = true,
            TimeoutSeconds = 5,
        };
        set?.Invoke(options);
        return new OktaTarget(options, clock ?? TimeProvider.System);
    }

    /// <summary>A target that calls as a service app.</summary>
    public OktaTarget OpenApp(Action<OktaTargetOptions>? set = null, TimeProvider? clock = null) => Open(
        options =>
        {
            options.ApiToken = null;
            options.ClientId = ClientId;
            options.PrivateKey = new SecretReference { Value = PrivateKeyPem };
            set?.Invoke(options);
        },
        clock);

    public void Forget() => _exchanges.Clear();

    public async ValueTask DisposeAsync()
    {
        await _sandbox.DisposeAsync();
        _key.Dispose();
        Assert.Empty(_exchanges.SelectMany(e => OktaDescription.Violations(e.Method, e.Path, e.Request, e.Status, e.Reply)).Distinct());
    }
}
