using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>The contract over real sockets, against a tenant that shares no code with the connector.</summary>
public sealed class EntraTargetContractTests : TargetContractTests
{
    private EntraTenant? _tenant;
    private EntraTarget? _target;

    protected override ITarget Target => _target!;

    /// <summary>Names in Microsoft Entra have no letters with accents; an apostrophe has to be escaped.</summary>
    protected override string OddName => "o'neil_#1";

    private GraphState System => _tenant!.State;

    public override async Task InitializeAsync()
    {
        _tenant = await EntraTenant.StartAsync(app: new GraphApp(EntraTenant.ClientId, EntraTenant.RolesForLeavers) { Secret = EntraTenant.Secret });
        _target = _tenant.Open(options =>
        {
            options.TimeoutSeconds = 2;
            options.Revoke = [.. EntraAccess.Possible];
            options.ReadUse = true;
        });
    }

    public override async Task DisposeAsync()
    {
        _target?.Dispose();
        if (_tenant is not null)
            await _tenant.DisposeAsync();
    }

    protected override ITarget WithUnknownCredential() =>
        _tenant!.Open(options => options.Credential = new EntraCredentialOptions { Secret = new SecretReference { Value = "unknown" } });

    protected override void Next(Trouble trouble)
    {
        // What an earlier test step armed and nobody met is over. Tokens are had before.
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
            Trouble.Lie => new FaultRule { Kind = FaultKind.Lie, PathContains = "/v1.0", Writes = true, Always = true },
            _ => throw new ArgumentOutOfRangeException(nameof(trouble), trouble, "Unknown trouble."),
        });
    }

    protected override string State() => System.StateJson();

    protected override int Count(AccountKind kind) => System.Ids(kind == AccountKind.User ? "user" : "group").Count;

    protected override IReadOnlyCollection<string> MembersOf(string remoteGroupId) => System.MembersOf(remoteGroupId);

    protected override void Give(AccessKind kind, string remoteId)
    {
        switch (kind)
        {
            case AccessKind.Grants:
                System.People.Consent(remoteId);
                System.People.Consent(remoteId, "Files.Read");
                break;
            case AccessKind.Roles:
                System.People.AssignAppRole(remoteId);
                System.People.AssignDirectoryRole(remoteId);
                break;
            case AccessKind.Factors:
                System.People.Enroll(remoteId, "microsoftAuthenticator", isDefault: true);
                System.People.Enroll(remoteId, "phone");
                break;
            case AccessKind.Devices:
                System.People.RegisterDevice(remoteId);
                break;
            default:
                System.SignIn(remoteId);
                break;
        }
    }

    protected override void SignIn(string remoteId) => System.SignIn(remoteId);
}
