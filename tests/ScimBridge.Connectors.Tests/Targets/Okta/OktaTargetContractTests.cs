using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Okta;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>The contract over real sockets, against an org that shares no code with the connector.</summary>
public sealed class OktaTargetContractTests : TargetContractTests
{
    private readonly LaterClock _clock = new();
    private OktaOrg? _org;
    private OktaTarget? _target;

    protected override ITarget Target => _target!;

    private OktaState System => _org!.State;

    protected override Task PassAsync()
    {
        // Marks of Okta reach back some minutes, for clocks that differ.
        _clock.By += TimeSpan.FromMinutes(6);
        return Task.CompletedTask;
    }

    public override async Task InitializeAsync()
    {
        _org = await OktaOrg.StartAsync(clock: _clock);
        _target = _org.Open(
            options =>
            {
                options.TimeoutSeconds = 2;
                options.Revoke = [.. OktaAccess.Possible];
            },
            _clock);
    }

    public override async Task DisposeAsync()
    {
        _target?.Dispose();
        if (_org is not null)
            await _org.DisposeAsync();
    }

    protected override ITarget WithUnknownCredential() => _org!.Open(options => options.ApiToken = new SecretReference { Value = "unknown" });

    protected override void Next(Trouble trouble)
    {
        // What an earlier test step armed and nobody met is over.
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

    protected override int Count(AccountKind kind) => JsonNode.Parse(System.StateJson())![kind == AccountKind.User ? "users" : "groups"]!.AsArray().Count;

    protected override IReadOnlyCollection<string> MembersOf(string remoteGroupId) => System.MembersOf(remoteGroupId);

    protected override void Give(AccessKind kind, string remoteId)
    {
        switch (kind)
        {
            case AccessKind.Tokens:
                System.People.AddApiToken(remoteId);
                System.People.SignIn(remoteId);
                break;
            case AccessKind.Grants:
                System.People.Consent(remoteId);
                break;
            case AccessKind.Roles:
                System.People.AssignRole(remoteId);
                System.People.AssignRole(remoteId, "READ_ONLY_ADMIN");
                break;
            case AccessKind.Factors:
                System.People.Enroll(remoteId);
                System.People.Enroll(remoteId, "webauthn");
                break;
            default:
                System.People.SignIn(remoteId);
                break;
        }
    }

    protected override void SignIn(string remoteId) => Assert.NotNull(System.People.SignIn(remoteId));
}
