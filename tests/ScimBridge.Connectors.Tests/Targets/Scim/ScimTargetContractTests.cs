using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>The contract over real sockets, against a SCIM server that shares no code with the connector.</summary>
public sealed class ScimTargetContractTests : TargetContractTests
{
    private const string Token = "sandbox-token";

    private SandboxHost? sandbox;
    private ScimTarget? target;

    protected override ITarget Target => target!;

    private Sandbox.ScimTarget.ScimTargetState System => sandbox!.Target("plain");

    public override async Task InitializeAsync()
    {
        sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new("plain", Token)] });
        target = Open(Token);
    }

    public override async Task DisposeAsync()
    {
        target?.Dispose();
        if (sandbox is not null)
            await sandbox.DisposeAsync();
    }

    [Fact]
    public async Task Creation_answered_with_a_page_is_done_with_the_id_found()
    {
        System.Faults.Add(new FaultRule { Kind = FaultKind.Html, Method = "POST", Next = 1 });

        var id = Assert.IsType<Outcome.Done>(await Target.CreateAsync(User("ann"), CancellationToken.None)).RemoteId;

        Assert.Equal(System.FindUser("ann")!.Id, id);
    }

    [Fact]
    public async Task Date_in_retry_after_is_a_time_to_wait()
    {
        System.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Next = 1, RetryAfterSeconds = 60, RetryAfterAsDate = true });

        var retry = Assert.IsType<Outcome.Retry>(await Target.CreateAsync(User("ann"), CancellationToken.None));

        Assert.InRange(retry.After!.Value.TotalSeconds, 30, 60);
    }

    protected override ITarget WithUnknownCredential() => Open("unknown");

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

    protected override int Count(AccountKind kind) => kind == AccountKind.User ? System.UserCount : System.GroupCount;

    protected override IReadOnlyCollection<string> MembersOf(string remoteGroupId)
    {
        var ids = System.Users().ToDictionary(user => user.UserName, user => user.Id, StringComparer.Ordinal);
        return [.. System.Groups().Single(group => group.Id == remoteGroupId).Members.Select(name => ids[name])];
    }

    private ScimTarget Open(string token) => new(
        new ScimTargetOptions
        {
            BaseUrl = sandbox!.ScimAddress("plain").ToString(),
            Token = new SecretReference { Value = token },
            AllowPrivateAddresses = true,
            TimeoutSeconds = 2,
        },
        TimeProvider.System);
}
