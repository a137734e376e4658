using System.Text.RegularExpressions;
using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Okta;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>The contract over real sockets, against an org that shares no code with the connector.</summary>
public sealed partial class OktaServiceAccountContractTests : ServiceAccountTargetContractTests
{
    private readonly List<OktaTarget> _targets = [];
    private OktaOrg? _org;
    private int _people;

    protected override IServiceAccountTarget Target => _targets[0].ServiceAccounts!;

    private OktaState System => _org!.State;

    public override async Task InitializeAsync()
    {
        _org = await OktaOrg.StartAsync(new OktaSettings { MaxPageSize = 2 });
        Open();
    }

    public override async Task DisposeAsync()
    {
        _targets.ForEach(t => t.Dispose());
        if (_org is not null)
            await _org.DisposeAsync();
    }

    protected override IServiceAccountTarget WithUnknownCredential() => Open(set: options => options.ApiToken = new SecretReference { Value = "unknown" });

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

    // When an API token ends is put off by each use of it, and by the trial of it.
    protected override string State() => Ends().Replace(System.StateJson(), "");

    protected override string Make(ServiceAccountKind kind, string name) => kind == ServiceAccountKind.AppRegistration
        ? System.AddApp(name).AppId
        : System.People.MakeApiToken(Person(name), name).TokenId;

    protected override (string KeyId, Secret Secret) Give(ServiceAccountKind kind, string remoteId, CredentialType type)
    {
        if (kind == ServiceAccountKind.AppRegistration)
        {
            // There is room for two: one that nobody knows here makes way.
            var secret = System.AddSecretInPlaceOfAll(remoteId);
            return (secret.SecretId, new Secret(secret.Secret));
        }

        var token = System.People.MakeApiToken(Person("maker"), "given");
        return (token.TokenId, new Secret(token.Token));
    }

    protected override string Person(string name) =>
        System.AddUser("ACTIVE", $$"""{"login":"person{{_people++}}@corp.example","email":"p@corp.example","firstName":"{{name}}","lastName":"Lee"}""");

    private IServiceAccountTarget Open(bool change = true, Action<OktaTargetOptions>? set = null)
    {
        _targets.Add(_org!.Open(options =>
        {
            options.TimeoutSeconds = 2;
            options.ServiceAccounts = new OktaServiceAccountOptions { Change = change };
            set?.Invoke(options);
        }));
        return _targets[^1].ServiceAccounts!;
    }

    [GeneratedRegex("\"expiresAt\":\"[^\"]*\"", RegexOptions.NonBacktracking)]
    private static partial Regex Ends();
}
