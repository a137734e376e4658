using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;
using static ScimBridge.Connectors.Tests.Targets.Entra.EntraAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>Who answers for what runs in a tenant, and what it proves itself with.</summary>
public sealed class EntraDirectoryTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private EntraTenant _tenant = null!;
    private EntraDirectory _directory = null!;

    private GraphState State => _tenant.State;

    public async Task InitializeAsync()
    {
        _tenant = await EntraTenant.StartAsync(app: new GraphApp(EntraTenant.ClientId, ["User.ReadWrite.All", "Application.ReadWrite.All", "AgentIdentity.ReadWrite.All"]) { Secret = EntraTenant.Secret });
        _directory = new EntraDirectory(_tenant.Options(), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _directory.Dispose();
        await _tenant.DisposeAsync();
    }

    [Fact]
    public async Task Secrets_and_keys_are_listed_and_removed_one_by_one()
    {
        var (secret, key, other) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var app = State.Add(
            "application",
            $$"""
            {
              "displayName": "Payroll export",
              "passwordCredentials": [{ "keyId": "{{secret}}", "displayName": "2026", "hint": "abc", "endDateTime": "2027-02-01T00:00:00Z" }],
              "keyCredentials": [{ "keyId": "{{key}}", "displayName": "CN=a", "type": "AsymmetricX509Cert", "usage": "Verify" }, { "keyId": "{{other}}", "displayName": "CN=b", "type": "AsymmetricX509Cert", "usage": "Verify" }]
            }
            """);

        var (_, credentials) = await _directory.CredentialsAsync(app, None);
        Assert.Equal(
            [new EntraCredential(secret, true, "2026", new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero)), new EntraCredential(key, false, "CN=a", null), new EntraCredential(other, false, "CN=b", null)],
            credentials);

        foreach (var removed in new[] { secret, key, key, secret })
            Assert.Equal(new Outcome.Done(app), await _directory.RemoveCredentialAsync(app, removed, None));

        Assert.Equal([other], (await _directory.CredentialsAsync(app, None)).Credentials!.Select(c => c.KeyId));
        Assert.Contains("\"usage\":\"Verify\"", State.Object(app), StringComparison.Ordinal);
        Assert.IsType<Outcome.Gone>((await _directory.CredentialsAsync(Guid.NewGuid().ToString(), None)).Outcome);
    }

    [Theory]
    [InlineData(EntraObject.Application, "application")]
    [InlineData(EntraObject.ServicePrincipal, "servicePrincipal")]
    public async Task Owners_come_and_go_and_the_last_one_stays(EntraObject kind, string name)
    {
        var (id, ann, bob) = (State.Add(name, """{"displayName":"Payroll export"}"""), State.Add("user", Existing(name: "ann@corp.example")), State.Add("user", Existing(name: "bob@corp.example")));
        State.Link("owners", id, ann);

        Assert.Contains("last owner", Assert.IsType<Outcome.Rejected>(await _directory.RemoveOwnerAsync(kind, id, ann, None)).Reason, StringComparison.Ordinal);
        for (var time = 0; time < 2; time++)
            Assert.IsType<Outcome.Done>(await _directory.AddOwnerAsync(kind, id, bob, None));
        for (var time = 0; time < 2; time++)
            Assert.IsType<Outcome.Done>(await _directory.RemoveOwnerAsync(kind, id, ann, None));

        Assert.Equal([bob], State.LinkedOf("owners", id));
        Assert.Equal([bob], (await _directory.OwnersAsync(kind, id, None)).Ids);
        Assert.IsType<Outcome.Gone>(await _directory.AddOwnerAsync(kind, id, Guid.NewGuid().ToString(), None));
    }

    [Fact]
    public async Task Owners_are_counted_on_every_page()
    {
        State.Settings = new GraphSettings { MaxPageSize = 1 };
        var id = State.Add("application", """{"displayName":"Payroll export"}""");
        var users = Enumerable.Range(0, 3).Select(i => State.Add("user", Existing(name: $"user{i}@corp.example"))).ToList();
        users.ForEach(user => State.Link("owners", id, user));

        Assert.Equal(users.Order(StringComparer.Ordinal), (await _directory.OwnersAsync(EntraObject.Application, id, None)).Ids!.Order(StringComparer.Ordinal));
        Assert.IsType<Outcome.Done>(await _directory.RemoveOwnerAsync(EntraObject.Application, id, users[0], None));
    }

    [Fact]
    public async Task Service_principal_is_kept_from_tokens_and_let_to_them_again()
    {
        var id = State.Add("servicePrincipal", """{"displayName":"Payroll export","accountEnabled":true}""");

        foreach (var enabled in new[] { false, false, true })
        {
            Assert.Equal(new Outcome.Done(id), await _directory.SetEnabledAsync(id, enabled, None));
            Assert.Equal(enabled ? "true" : "false", State.Property(id, "accountEnabled"));
        }
    }

    [Fact]
    public async Task Agent_has_a_sponsor_at_every_moment()
    {
        var (agent, ann, bob) = (
            State.Add("servicePrincipal", """{"displayName":"Invoice triage agent","servicePrincipalType":"ServiceIdentity"}"""),
            State.Add("user", Existing(name: "ann@corp.example")),
            State.Add("user", Existing(name: "bob@corp.example")));
        State.Link("sponsors", agent, ann);

        // Whoever cannot be added takes nobody's place.
        Assert.IsType<Outcome.Gone>(await _directory.ReplaceSponsorAsync(agent, ann, Guid.NewGuid().ToString(), None));
        Assert.Equal([ann], State.LinkedOf("sponsors", agent));

        State.Faults.Add(new FaultRule { Kind = FaultKind.Error, Method = "DELETE", Next = 1 });
        Assert.IsType<Outcome.Retry>(await _directory.ReplaceSponsorAsync(agent, ann, bob, None));
        Assert.Equal(2, State.LinkedOf("sponsors", agent).Count);
        for (var time = 0; time < 2; time++)
            Assert.IsType<Outcome.Done>(await _directory.ReplaceSponsorAsync(agent, ann, bob, None));
        Assert.Equal([bob], (await _directory.SponsorsAsync(agent, None)).Ids);
        Assert.IsType<Outcome.Done>(await _directory.ReplaceSponsorAsync(agent, bob, bob, None));
        Assert.Equal([bob], State.LinkedOf("sponsors", agent));
    }
}
