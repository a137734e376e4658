using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>The contract over real sockets, against a target that filters as it should.</summary>
public class ScimServiceAccountContractTests : ServiceAccountTargetContractTests
{
    private const string Token = "sandbox-token";

    private readonly List<ScimTarget> targets = [];
    private readonly HttpClient http = new();
    private SandboxHost? sandbox;

    protected virtual ScimTargetSettings Settings => new() { MaxPageSize = 2 };

    protected override IServiceAccountTarget Target => targets[0].ServiceAccounts!;

    private ScimTargetState System => sandbox!.Target("corp");

    public override async Task InitializeAsync()
    {
        sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new Sandbox.ScimTarget.ScimTargetOptions("corp", Token) { Settings = Settings }] });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Put("POST", "Users", """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann","userType":"Employee"}""");
        Open();
    }

    public override async Task DisposeAsync()
    {
        targets.ForEach(t => t.Dispose());
        http.Dispose();
        if (sandbox is not null)
            await sandbox.DisposeAsync();
    }

    protected override IServiceAccountTarget WithUnknownCredential() => Open(token: "unknown");

    protected override IServiceAccountTarget Unchanging() => Open(change: false);

    protected override void Next(Trouble trouble)
    {
        System.Faults.Clear();
        if (trouble == Trouble.None)
            return;
        System.Faults.Add(trouble switch
        {
            Trouble.Throttle => new FaultRule { Kind = FaultKind.Throttle, Next = 1, RetryAfterSeconds = 3 },
            Trouble.Error => new FaultRule { Kind = FaultKind.Error, Next = 1, Status = 500 },
            Trouble.LostReply => new FaultRule { Kind = FaultKind.LostReply, Next = 1 },
            Trouble.Reset => new FaultRule { Kind = FaultKind.Reset, Next = 1 },
            Trouble.Timeout => new FaultRule { Kind = FaultKind.Timeout, Next = 1, Milliseconds = 10_000 },
            Trouble.Lie => new FaultRule { Kind = FaultKind.Lie, Writes = true, Always = true },
            _ => throw new ArgumentOutOfRangeException(nameof(trouble), trouble, "Unknown trouble."),
        });
    }

    protected override string State() => System.StateJson();

    protected override string Make(ServiceAccountKind kind, string name) => Put(
        "POST",
        "Users",
        $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"svc-{{Guid.NewGuid():N}}","displayName":"{{name}}","userType":"{{(kind == ServiceAccountKind.RobotUser ? "Robot" : "Service")}}"}""")["id"]!.ToString();

    protected override (string KeyId, Secret Secret) Give(ServiceAccountKind kind, string remoteId, CredentialType type)
    {
        var secret = Secret.New();
        Put("PATCH", $"Users/{remoteId}", $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"password","value":"{{secret.Reveal()}}"}]}""");
        return ("password", secret);
    }

    protected override string Person(string name) =>
        Put("POST", "Users", $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{name}}","userType":"Employee"}""")["id"]!.ToString();

    private JsonObject Put(string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(sandbox!.ScimAddress("corp"), path)) { Content = new StringContent(body, Encoding.UTF8, "application/scim+json") };
        using var response = http.Send(request);
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(response.Content.ReadAsStream())!.AsObject();
    }

    private IServiceAccountTarget Open(bool change = true, string token = Token)
    {
        targets.Add(new ScimTarget(
            new Connectors.Targets.Scim.ScimTargetOptions
            {
                BaseUrl = sandbox!.ScimAddress("corp").ToString(),
                Token = new SecretReference { Value = token },
                AllowPrivateAddresses = true,
                TimeoutSeconds = 2,
                Discover = false,
                ServiceAccounts = new ScimServiceAccountOptions
                {
                    Find =
                    [
                        new ScimServiceAccountRule { Attribute = "userType", Value = "service" },
                        new ScimServiceAccountRule { Attribute = "userType", Value = "Robot", Kind = ServiceAccountKind.RobotUser },
                    ],
                    Change = change,
                    Owners = true,
                    Passwords = true,
                    ProbeUrl = new Uri(sandbox.BaseAddress, "targets/corp/api/me").ToString(),
                },
            },
            TimeProvider.System));
        return targets[^1].ServiceAccounts!;
    }
}

/// <summary>The same against a target that refuses the filter: everybody is read, and those who are people are left out.</summary>
public sealed class UnfilteredScimServiceAccountContractTests : ScimServiceAccountContractTests
{
    protected override ScimTargetSettings Settings => new() { MaxPageSize = 2, UserFilters = ["id", "externalId", "userName"] };
}

/// <summary>The same against a target that answers every filter with everybody, cursor by cursor.</summary>
public sealed class CarelessScimServiceAccountContractTests : ScimServiceAccountContractTests
{
    protected override ScimTargetSettings Settings => new() { MaxPageSize = 2, IgnoresFilters = true };
}
