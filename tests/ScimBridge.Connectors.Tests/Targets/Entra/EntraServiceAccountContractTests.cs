using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>The contract over real sockets, against a tenant that shares no code with the connector.</summary>
public sealed class EntraServiceAccountContractTests : ServiceAccountTargetContractTests
{
    private readonly List<EntraTarget> _targets = [];
    private EntraTenant? _tenant;

    protected override IServiceAccountTarget Target => _targets[0].ServiceAccounts!;

    private GraphState System => _tenant!.State;

    public override async Task InitializeAsync()
    {
        _tenant = await EntraTenant.StartAsync(
            new GraphSettings { MaxPageSize = 2 }, new GraphApp(EntraTenant.ClientId, EntraTenant.RolesForServiceAccounts) { Secret = EntraTenant.Secret });
        Open();
    }

    public override async Task DisposeAsync()
    {
        _targets.ForEach(t => t.Dispose());
        if (_tenant is not null)
            await _tenant.DisposeAsync();
    }

    protected override IServiceAccountTarget WithUnknownCredential() =>
        Open(set: options => options.Credential = new EntraCredentialOptions { Secret = new SecretReference { Value = "unknown" } });

    protected override IServiceAccountTarget Unchanging() => Open(change: false);

    protected override void Next(Trouble trouble)
    {
        System.Faults.Clear();
        if (trouble == Trouble.None)
            return;
        System.Faults.Add(trouble switch
        {
            Trouble.Throttle => new FaultRule { Kind = FaultKind.Throttle, Next = 1, PathContains = "/v1.0", RetryAfterSeconds = 3 },
            Trouble.Error => new FaultRule { Kind = FaultKind.Error, Next = 1, PathContains = "/v1.0", Status = 500 },
            Trouble.LostReply => new FaultRule { Kind = FaultKind.LostReply, Next = 1, PathContains = "/v1.0", Writes = true },
            Trouble.Reset => new FaultRule { Kind = FaultKind.Reset, Next = 1, PathContains = "/v1.0" },
            Trouble.Timeout => new FaultRule { Kind = FaultKind.Timeout, Next = 1, PathContains = "/v1.0", Milliseconds = 10_000 },
            Trouble.Lie => new FaultRule { Kind = FaultKind.Lie, PathContains = "/removePassword", Writes = true, Always = true },
            _ => throw new ArgumentOutOfRangeException(nameof(trouble), trouble, "Unknown trouble."),
        });
    }

    protected override string State() => System.StateJson();

    protected override string Make(ServiceAccountKind kind, string name)
    {
        if (kind == ServiceAccountKind.AppRegistration)
        {
            var appId = Guid.NewGuid();
            System.Add("servicePrincipal", $$"""{"displayName":"{{name}}","appId":"{{appId}}","servicePrincipalType":"Application","accountEnabled":true}""");
            return System.Add("application", $$"""{"displayName":"{{name}}","appId":"{{appId}}"}""");
        }

        var type = kind == ServiceAccountKind.AgentIdentity ? "ServiceIdentity" : "ManagedIdentity";
        return System.Add("servicePrincipal", $$"""{"displayName":"{{name}}","servicePrincipalType":"{{type}}","accountEnabled":true}""");
    }

    protected override (string KeyId, Secret Secret) Give(ServiceAccountKind kind, string remoteId, CredentialType type)
    {
        var (keyId, secret) = System.AddSecret(remoteId);
        return (keyId, new Secret(secret));
    }

    protected override string Person(string name) => System.Add("user", $$"""{"displayName":"{{name}}","userPrincipalName":"{{name}}@corp.example"}""");

    private IServiceAccountTarget Open(bool change = true, Action<EntraTargetOptions>? set = null)
    {
        _targets.Add(_tenant!.Open(options =>
        {
            options.TimeoutSeconds = 2;
            options.ServiceAccounts = new EntraServiceAccountOptions { AgentIdentities = true, ManagedIdentities = true, ReadUse = true, Change = change };
            set?.Invoke(options);
        }));
        return _targets[^1].ServiceAccounts!;
    }
}
