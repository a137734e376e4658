using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using ScimBridge.Fixtures;
using ScimBridge.Server.Api;

namespace ScimBridge.Server.Tests.Api;

/// <summary>JSON Web Tokens of an issuer that really signs (RFC 7519, RFC 8725, RFC 6750).</summary>
public sealed class IssuerTokensTests : IAsyncLifetime
{
    private TestIssuer _issuer = null!;
    private ApiBridge _bridge = null!;
    private RSA _key = null!;

    /// <summary>What makes a good token a bad one.</summary>
    public static TheoryData<string> Wrongs =>
    [
        "expired", "not-yet", "no-expiry", "audience", "no-audience", "issuer", "no-client", "none", "none-signed", "hmac", "unknown-key",
        "other-key-same-id", "changed", "no-signature", "garbage", "two-parts", "five-parts", "no-json",
    ];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _key = _issuer.NewKey("one");
        _bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite, adjust: json => json["access"] = Trusting(_issuer));
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _bridge.DisposeAsync();
        await _issuer.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task Good_token_is_taken_beside_opaque_ones()
    {
        (await GetAsync(TestIssuer.Sign("one", _key, _issuer.Payload()))).Is(HttpStatusCode.OK);
        (await _bridge.GetAsync("/Users")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Elliptic_curves_and_tokens_without_a_key_id_are_taken()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _issuer.Publish("curve", curve);
        var unnamed = TestIssuer.Token(
            new JsonObject { ["alg"] = "PS256" }, _issuer.Payload(), b => _key.SignData(b, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

        (await GetAsync(TestIssuer.Sign("curve", curve, _issuer.Payload()))).Is(HttpStatusCode.OK);
        (await GetAsync(unnamed)).Is(HttpStatusCode.OK);
    }

    [Theory, MemberData(nameof(Wrongs))]
    public async Task Bad_token_is_refused_with_401(string wrong)
    {
        var answer = (await GetAsync(Bad(wrong))).Is(HttpStatusCode.Unauthorized);

        Assert.StartsWith("Bearer ", answer.Challenge, StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", answer.Challenge, StringComparison.Ordinal);
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:Error", (string?)answer.Body!["schemas"]![0]);
    }

    [Theory]
    [InlineData("""{"scope":"openid scim.write"}""", true)]
    [InlineData("""{"scp":"scim.write other"}""", true)]
    [InlineData("""{"scp":["openid","scim.write"]}""", true)]
    [InlineData("""{"roles":["scim.write"]}""", true)]
    [InlineData("""{"roles":"scim.write"}""", true)]
    [InlineData("""{"scope":"scim.writer"}""", false)]
    [InlineData("""{"scope":"SCIM.WRITE"}""", false)]
    [InlineData("""{"scope":"scim.read"}""", false)]
    [InlineData("""{"groups":["scim.write"],"profile":"scim.write"}""", false)]
    [InlineData("""{"scope":{"scim.write":true},"scp":[["scim.write"],null,7]}""", false)]
    [InlineData("{}", false)]
    public async Task Scopes_are_read_wherever_issuers_put_them(string claims, bool mayWrite)
    {
        var payload = _issuer.Payload();
        payload.Remove("scope");
        foreach (var (name, value) in JsonNode.Parse(claims)!.AsObject())
            payload[name] = value?.DeepClone();

        var answer = await _bridge.SendAsync("POST", "/Users", ApiBridge.User("ann@corp.example"), TestIssuer.Sign("one", _key, payload));

        answer.Is(mayWrite ? HttpStatusCode.Created : HttpStatusCode.Forbidden);
        if (!mayWrite)
            Assert.Equal("Bearer realm=\"scim\", error=\"insufficient_scope\", scope=\"scim.write\"", answer.Challenge);
    }

    [Fact]
    public async Task Scope_of_one_source_opens_no_other()
    {
        var token = TestIssuer.Sign("one", _key, _issuer.Payload("hris.write:hr"));
        var root = new Uri(_bridge.Url).GetLeftPart(UriPartial.Authority);

        (await _bridge.SendAsync("GET", root + "/hris/v1/hr/batches/none", secret: token)).Is(HttpStatusCode.NotFound);
        var other = (await _bridge.SendAsync("GET", root + "/hris/v1/payroll/batches/none", secret: token)).Is(HttpStatusCode.Forbidden);
        Assert.Contains("scope=\"hris.write:payroll\"", other.Challenge, StringComparison.Ordinal);
        (await _bridge.SendAsync("GET", "/Users", secret: token)).Is(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task New_key_is_fetched_when_a_token_names_it()
    {
        (await GetAsync(TestIssuer.Sign("one", _key, _issuer.Payload()))).Is(HttpStatusCode.OK);
        using var next = _issuer.NewKey("two");

        (await GetAsync(TestIssuer.Sign("two", next, _issuer.Payload()))).Is(HttpStatusCode.OK);
        (await GetAsync(TestIssuer.Sign("one", _key, _issuer.Payload()))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Invented_key_ids_do_not_make_the_bridge_call_the_issuer_for_each()
    {
        using var own = _issuer.NewKey("own", isPublished: false);
        for (var i = 0; i < 50; i++)
            (await GetAsync(TestIssuer.Sign($"invented-{i}", own, _issuer.Payload()))).Is(HttpStatusCode.Unauthorized);

        Assert.InRange(_issuer.Fetches, 1, 10);
    }

    [Fact]
    public async Task Withdrawn_key_is_good_for_no_longer_than_half_an_hour()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bridge = await StartAsync(time);
        var token = TestIssuer.Sign("one", _key, _issuer.Payload());
        (await bridge.SendAsync("GET", "/Users", secret: token)).Is(HttpStatusCode.OK);

        _issuer.Withdraw("one");
        using var next = _issuer.NewKey("two");
        time.Advance(TimeSpan.FromMinutes(31));

        (await bridge.SendAsync("GET", "/Users", secret: token)).Is(HttpStatusCode.Unauthorized);
        (await bridge.SendAsync("GET", "/Users", secret: TestIssuer.Sign("two", next, _issuer.Payload()))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Issuer_that_cannot_be_reached_is_503_at_first_and_no_harm_later()
    {
        _issuer.IsDown = true;
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite, adjust: json => json["access"] = Trusting(_issuer));
        var token = TestIssuer.Sign("one", _key, _issuer.Payload());
        (await bridge.SendAsync("GET", "/Users", secret: token)).Is(HttpStatusCode.ServiceUnavailable);
        (await bridge.GetAsync("/Users")).Is(HttpStatusCode.OK);

        (await GetAsync(token, expectDown: false)).Is(HttpStatusCode.OK);
        _issuer.IsDown = true;
        (await GetAsync(token, expectDown: true)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Discovery_document_of_another_issuer_is_not_believed()
    {
        _issuer.Claims = "https://somebody.example";

        (await GetAsync(TestIssuer.Sign("one", _key, _issuer.Payload()))).Is(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Keys_without_a_discovery_document_are_fetched_where_they_are_said_to_be()
    {
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite, adjust: json =>
        {
            var options = _issuer.Options();
            options["issuer"] = "somebody-without-a-url";
            options["keys"] = _issuer.Url + "/keys";
            json["access"] = new JsonObject { ["issuers"] = new JsonObject { ["corp"] = options } };
        });
        var payload = _issuer.Payload();
        payload["iss"] = "somebody-without-a-url";

        (await bridge.SendAsync("GET", "/Users", secret: TestIssuer.Sign("one", _key, payload))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Listed_client_has_its_name_and_profile_and_another_has_none_of_them()
    {
        // What Entra sends: a boolean as a string, which strict refuses.
        var patch = ApiBridge.Patch(new JsonObject { ["op"] = "Replace", ["path"] = "active", ["value"] = "False" });
        var listed = _issuer.Payload("scim.write scim.read");
        listed.Remove("azp");
        listed["appid"] = "entra-app";
        var entra = TestIssuer.Sign("one", _key, listed);
        var stranger = TestIssuer.Sign("one", _key, _issuer.Payload("scim.write scim.read"));
        var id = (await _bridge.SendAsync("POST", "/Users", ApiBridge.User("ann@corp.example"), entra)).Is(HttpStatusCode.Created).Id;

        (await _bridge.SendAsync("PATCH", "/Users/" + id, patch, stranger)).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await _bridge.SendAsync("PATCH", "/Users/" + id, patch, entra)).Is(HttpStatusCode.OK);

        // The user is of the client "entra", whichever kind of token that comes with; the same name for another client is a conflict.
        (await _bridge.SendAsync("POST", "/Users", ApiBridge.User("ann@corp.example"), stranger)).Is(HttpStatusCode.Conflict, "uniqueness");
        var opaque = await _bridge.TokenAsync("entra", "entra", Scopes.ScimWrite, Scopes.ScimRead);
        Assert.Equal(id, (await _bridge.SendAsync("POST", "/Users", ApiBridge.User("ann@corp.example"), opaque)).Is(HttpStatusCode.Created).Id);
    }

    [Fact]
    public async Task Scheme_reads_the_clock_of_the_bridge()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bridge = await StartAsync(time);
        var token = TestIssuer.Sign("one", _key, _issuer.Payload());
        (await bridge.SendAsync("GET", "/Users", secret: token)).Is(HttpStatusCode.OK);

        time.Advance(TimeSpan.FromMinutes(62));

        (await bridge.SendAsync("GET", "/Users", secret: token)).Is(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Claimed_issuer_decides_between_several()
    {
        await using var second = await TestIssuer.StartAsync();
        using var key = second.NewKey("one");
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite, adjust: json =>
        {
            json["access"] = Trusting(_issuer);
            json["access"]!["issuers"]!["second"] = second.Options();
        });

        (await bridge.SendAsync("GET", "/Users", secret: TestIssuer.Sign("one", _key, _issuer.Payload()))).Is(HttpStatusCode.OK);
        (await bridge.SendAsync("GET", "/Users", secret: TestIssuer.Sign("one", key, second.Payload()))).Is(HttpStatusCode.OK);
        (await bridge.SendAsync("GET", "/Users", secret: TestIssuer.Sign("one", key, _issuer.Payload()))).Is(HttpStatusCode.Unauthorized);
    }

    private Task<ApiBridge> StartAsync(TimeProvider time) => ApiBridge.StartAsync(
        DatabaseKind.Sqlite,
        adjust: json => json["access"] = Trusting(_issuer),
        services: s => s.Replace(ServiceDescriptor.Singleton(time)));

    private static JsonObject Trusting(TestIssuer issuer)
    {
        var options = issuer.Options();
        options["clients"] = new JsonObject { ["entra-app"] = new JsonObject { ["name"] = "entra", ["profile"] = "entra" } };
        return new JsonObject { ["issuers"] = new JsonObject { ["corp"] = options } };
    }

    private Task<ApiAnswer> GetAsync(string token, bool expectDown = false)
    {
        _issuer.IsDown = expectDown;
        return _bridge.SendAsync("GET", "/Users", secret: token);
    }

    private string Bad(string wrong)
    {
        var payload = _issuer.Payload();
        switch (wrong)
        {
            case "expired":
                payload["exp"] = TestIssuer.At(TimeSpan.FromMinutes(-5));
                break;
            case "not-yet":
                payload["nbf"] = TestIssuer.At(TimeSpan.FromMinutes(5));
                break;
            case "no-expiry":
                payload.Remove("exp");
                break;
            case "audience":
                payload["aud"] = "api://somebody-else";
                break;
            case "no-audience":
                payload.Remove("aud");
                break;
            case "issuer":
                payload["iss"] = _issuer.Url + "/";
                break;
            case "no-client":
                payload.Remove("azp");
                payload.Remove("sub");
                break;
        }

        var good = TestIssuer.Sign("one", _key, payload);
        var parts = good.Split('.');
        using var own = RSA.Create(2048);
        return wrong switch
        {
            "none" => TestIssuer.Token(new JsonObject { ["alg"] = "none", ["kid"] = "one" }, payload, _ => []),
            "none-signed" => TestIssuer.Token(
                new JsonObject { ["alg"] = "none", ["kid"] = "one" },
                payload,
                b => _key.SignData(b, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            // RFC 8725, 2.1: the public key, which everybody has, as the secret of an HMAC.
            "hmac" => TestIssuer.Token(
                new JsonObject { ["alg"] = "HS256", ["kid"] = "one" },
                payload,
                b => HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem()), b)),
            "unknown-key" => TestIssuer.Sign("nobody", own, payload),
            "other-key-same-id" => TestIssuer.Sign("one", own, payload),
            "changed" => $"{parts[0]}.{TestIssuer.Sign("one", _key, _issuer.Payload("scim.read scim.write")).Split('.')[1]}.{parts[2]}",
            "no-signature" => $"{parts[0]}.{parts[1]}.",
            "garbage" => "a.b.c",
            "two-parts" => $"{parts[0]}.{parts[1]}",
            "five-parts" => $"{good}.a.b",
            "no-json" => "bm8ganNvbg.bm8ganNvbg.bm8ganNvbg",
            _ => good,
        };
    }
}
