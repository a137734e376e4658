using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget;
using ScimTargetOptions = ScimBridge.Connectors.Targets.Scim.ScimTargetOptions;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>The contract over real sockets, against a SCIM server that shares no code with the connector.</summary>
public abstract class ScimContractTests : TargetContractTests
{
    private const string Token = "sandbox-token";

    private SandboxHost? sandbox;
    private ScimTarget? target;

    protected override ITarget Target => target!;

    /// <summary>The word for the dialect.</summary>
    protected abstract string Dialect { get; }

    /// <summary>How the sandbox behaves.</summary>
    protected abstract ScimTargetSettings Settings { get; }

    /// <summary>The clock: waiting for a limit to pass need not take the time that it takes.</summary>
    protected virtual TimeProvider Clock { get; } = new HurriedClock();

    protected ScimTargetState System => sandbox!.Target("plain");

    public override async Task InitializeAsync()
    {
        sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new("plain", Token) { Settings = Settings }] });
        target = Open(Token);

        // What is configured goes before what a dialect knows of the vendor's pace.
        target.Pace.Ceiling = 10_000;
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
    public async Task Group_is_found_among_more_than_a_page_of_others()
    {
        for (var i = 0; i < 120; i++)
            Assert.IsType<Outcome.Done>(await Target.CreateAsync(Group($"group {i}"), CancellationToken.None));

        Assert.Equal(
            new Outcome.Exists(System.FindGroup("group 119")!.Id), await Target.FindAsync(AccountKind.Group, "key of group 119", CancellationToken.None));
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

    /// <summary>What a dialect leaves to the configuration.</summary>
    protected virtual void Configure(ScimTargetOptions options)
    {
    }

    private ScimTarget Open(string token)
    {
        var options = new ScimTargetOptions
        {
            Dialect = Dialect,
            BaseUrl = sandbox!.ScimAddress("plain").ToString(),
            Token = new SecretReference { Value = token },
            AllowPrivateAddresses = true,
            TimeoutSeconds = 2,
        };
        Configure(options);
        return new ScimTarget(options, Clock);
    }
}
