using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Okta;
using static ScimBridge.Connectors.Tests.Targets.Okta.OktaAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>A service app signs in: assertion, nonce, bound token, renewal.</summary>
public sealed class OktaServiceAppTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task App_signs_in_with_a_bound_token_and_delivers()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.OpenApp();

        var id = Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None)).RemoteId!;

        Assert.Equal(new Outcome.Exists(id), await target.FindAsync(AccountKind.User, Key, None));
    }

    [Fact]
    public async Task App_whose_tokens_must_be_bound_says_so_where_they_are_not()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.OpenApp(o => o.Dpop = false);

        Assert.Contains("set dpop to true", Assert.IsType<Outcome.Stop>(await target.FindAsync(AccountKind.User, Key, None)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_on_P256_as_a_JWK_signs_for_an_app_with_plain_tokens()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            Orgs = [new OktaOptions("corp", "t") { Apps = [new OktaApp("0oa2", key.ExportSubjectPublicKeyInfoPem(), OktaOrg.LeastScopes, DemandsDpop: false)] }],
        });
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var jwk = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["kid"] = "k1",
            ["x"] = Base64Url.EncodeToString(parameters.Q.X),
            ["y"] = Base64Url.EncodeToString(parameters.Q.Y),
            ["d"] = Base64Url.EncodeToString(parameters.D),
        };
        using var target = new OktaTarget(
            new OktaTargetOptions
            {
                BaseUrl = sandbox.OrgAddress("corp").ToString(),
                ClientId = "0oa2",
                PrivateKey = new SecretReference { Value = jwk.ToJsonString() },
                Dpop = false,
                Groups = false,
                AllowPrivateAddresses = true,
            },
            TimeProvider.System);

        Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.User, Key, None));
    }

    [Fact]
    public async Task Token_that_was_revoked_is_asked_for_anew_and_the_call_repeated()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.OpenApp();
        Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.User, Key, None));

        org.State.RevokeTokens();

        Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.User, Key, None));
        Assert.Equal([200, 401, 200], org.State.Calls.Select(c => c.Status));
    }

    [Fact]
    public async Task Token_is_renewed_before_it_ends()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var org = await OktaOrg.StartAsync(clock: clock);
        using var target = org.OpenApp(clock: clock);

        foreach (var minutes in new[] { 0, 50, 5 })
            await CallAsync(minutes);

        // After 55 minutes there is a second token: it is still good when the first has ended and no further one is to be had.
        org.State.Faults.Add(new FaultRule { Kind = FaultKind.Error, Always = true, PathContains = "oauth2" });
        await CallAsync(30);
        await CallAsync(25);
        Assert.All(org.State.Calls, c => Assert.Equal(200, c.Status));

        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.True(Assert.IsType<Outcome.Retry>(await target.FindAsync(AccountKind.User, Key, None)).Untouched);

        async Task CallAsync(int minutesLater)
        {
            clock.Advance(TimeSpan.FromMinutes(minutesLater));
            Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.User, Key, None));
        }
    }

    [Fact]
    public async Task Many_calls_at_once_share_one_token()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.OpenApp();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => target.FindAsync(AccountKind.User, Key, None)));

        Assert.Equal(20, org.State.Calls.Count);
        Assert.All(org.State.Calls, c => Assert.Equal(200, c.Status));
    }

    [Theory]
    [InlineData("okta.users.read", "scope")]
    [InlineData("okta.apps.manage", "scope")]
    public async Task Scope_that_was_not_granted_stops(string asked, string reason)
    {
        await using var org = await OktaOrg.StartAsync(scopes: ["okta.users.read"]);
        using var target = org.OpenApp(o => o.Scopes = [asked]);

        Assert.Contains(reason, Assert.IsType<Outcome.Stop>(await target.CreateAsync(User(), None)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task App_or_key_that_Okta_does_not_know_stops(bool isKeyWrong)
    {
        await using var org = await OktaOrg.StartAsync();
        using var key = RSA.Create(2048);
        using var target = org.OpenApp(o =>
        {
            if (isKeyWrong)
                o.PrivateKey = new SecretReference { Value = key.ExportPkcs8PrivateKeyPem() };
            else
                o.ClientId = "0oaUnknown";
        });

        Assert.Contains("invalid_client", Assert.IsType<Outcome.Stop>(await target.FindAsync(AccountKind.User, Key, None)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Busy_token_service_is_no_refusal()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.OpenApp();
        org.State.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Next = 1, RetryAfterSeconds = 9, PathContains = "oauth2" });

        Assert.Equal((TimeSpan.FromSeconds(9), true), await target.CreateAsync(User(), None) is Outcome.Retry retry ? (retry.After, retry.Untouched) : default);
        Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None));
    }
}
