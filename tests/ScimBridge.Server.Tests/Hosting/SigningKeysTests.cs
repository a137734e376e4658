using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Tests.Api;

namespace ScimBridge.Server.Tests.Hosting;

/// <summary>The bridge's own keys, checked by somebody else's code: Microsoft.IdentityModel reads the published keys and the signatures.</summary>
public sealed class SigningKeysTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes("""{"iss":"https://bridge.example","jti":"1"}""");

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Keys_are_made_once_and_outlive_the_process(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        var set = await SetAsync(bridge);
        Assert.Equal(["RS256", "ES256"], set.Keys.Select(k => k.Alg).Order(StringComparer.Ordinal).Reverse());
        var signed = await SignAsync(bridge, SigningKey.Rs256);

        await bridge.RestartAsync(_ => { });

        var after = await SetAsync(bridge);
        Assert.Equal(set.Keys.Select(k => k.Kid).Order(), after.Keys.Select(k => k.Kid).Order());
        await AssertGoodAsync(after, signed);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Nodes_that_ask_together_find_the_same_keys(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        var nodes = Enumerable.Range(0, 4).Select(_ => new SigningKeys(bridge.Configuration, bridge.Storage.OpenNode(), bridge.Get<NodaTime.IClock>()));

        var sets = await Task.WhenAll(nodes.Select(n => Task.Run(() => n.PublicKeysAsync(Never))));

        Assert.Single(sets.Select(s => string.Join(' ', s.Select(k => (string)k["kid"]!).Order(StringComparer.Ordinal))).Distinct());
    }

    [Theory]
    [InlineData(SigningKey.Rs256)]
    [InlineData(SigningKey.Es256)]
    public async Task Signature_is_good_and_covers_the_payload_to_the_letter(string algorithm)
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite);
        var set = await SetAsync(bridge);

        var jws = await bridge.Get<SigningKeys>().SignAsync(algorithm, "secevent+jwt", Payload, Never);

        await AssertGoodAsync(set, jws);
        var token = new JsonWebToken(jws);
        Assert.Equal((algorithm, "secevent+jwt"), (token.Alg, token.Typ));
        Assert.Contains(set.Keys, k => k.Kid == token.Kid && k.Alg == algorithm);
        var parts = jws.Split('.');
        Assert.Equal(Payload, Base64UrlEncoder.DecodeBytes(parts[1]));
        var other = $"{parts[0]}.{Base64UrlEncoder.Encode("""{"iss":"https://bridge.example","jti":"2"}""")}.{parts[2]}";
        Assert.False((await CheckAsync(set, other)).IsValid);
    }

    [Theory]
    [InlineData(SigningKey.Rs256)]
    [InlineData(SigningKey.Es256)]
    public async Task Many_sign_at_once(string algorithm)
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite);
        var set = await SetAsync(bridge);

        var signed = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => SignAsync(bridge, algorithm))));

        foreach (var jws in signed)
            await AssertGoodAsync(set, jws);
    }

    [Fact]
    public async Task New_key_signs_while_what_the_old_one_signed_can_still_be_checked()
    {
        using var first = RSA.Create(2048);
        using var second = RSA.Create(2048);
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite);
        var own = await SignAsync(bridge, SigningKey.Rs256);

        await bridge.RestartAsync(json => json["signing"] = Keys(("first", first)));
        var old = await SignAsync(bridge, SigningKey.Rs256);
        await bridge.RestartAsync(json => json["signing"] = Keys(("second", second), ("first", first)));
        var current = await SignAsync(bridge, SigningKey.Rs256);

        Assert.Equal(("first", "second"), (new JsonWebToken(old).Kid, new JsonWebToken(current).Kid));
        foreach (var jws in new[] { own, old, current })
            await AssertGoodAsync(await SetAsync(bridge), jws);

        using var document = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await bridge.RestartAsync(json =>
        {
            json["signing"] = Keys(("second", second), ("document", document));
            json["signing"]!["publishGenerated"] = false;
        });
        var last = await SetAsync(bridge);
        Assert.Equal(["second", "document"], last.Keys.Select(k => k.Kid));
        Assert.False((await CheckAsync(last, old)).IsValid);
        Assert.False((await CheckAsync(last, own)).IsValid);
        await AssertGoodAsync(last, current);
    }

    [Fact]
    public async Task Private_halves_are_never_published()
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite);

        var keys = await bridge.Get<SigningKeys>().PublicKeysAsync(Never);

        string[] names = ["kty", "kid", "alg", "use", "n", "e", "crv", "x", "y"];
        Assert.All(keys, k => Assert.Empty(k.Select(p => p.Key).Except(names)));
    }

    [Fact]
    public async Task Keys_are_had_without_a_credential()
    {
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite);
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(new Uri(bridge.Url), "/.well-known/jwks.json"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("public, max-age=300", answer.Headers.CacheControl?.ToString());
        var set = new JsonWebKeySet(await answer.Content.ReadAsStringAsync());
        await AssertGoodAsync(set, await bridge.Get<SigningKeys>().SignAsync(SigningKey.Es256, "secevent+jwt", Payload, Never));
    }

    [Fact]
    public void Keys_that_cannot_sign_are_said_each_with_its_path()
    {
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var good = RSA.Create(2048);
        var json = TestBridge.Configure(DatabaseKind.Sqlite, "bridge.db", "http://127.0.0.1:9");
        json["signing"] = new JsonObject
        {
            ["keys"] = new JsonArray(
                Key(null, small), Key(null, curve), Key("a b", good),
                new JsonObject { ["key"] = new JsonObject { ["value"] = good.ExportRSAPublicKeyPem() } },
                new JsonObject { ["key"] = new JsonObject { ["file"] = "nowhere.pem" } },
                new JsonObject()),
        };

        var refused = Assert.Throws<ConfigurationException>(() => Parse(json));

        foreach (var path in (string[])["keys[0].key", "keys[1].key", "keys[2].id", "keys[3].key", "keys[4].key.file", "keys[5].key"])
            Assert.Contains("$.signing." + path + ":", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BEGIN", refused.Message, StringComparison.Ordinal);

        json["signing"] = Keys(("one", good));
        json["signing"]!["publishGenerated"] = false;
        Assert.Contains("$.signing.publishGenerated: can be false where there is a key for ES256", Assert.Throws<ConfigurationException>(() => Parse(json)).Message, StringComparison.Ordinal);
        json["signing"] = Keys(("one", good), ("one", good));
        Assert.Contains("$.signing.keys: has the key one more than once", Assert.Throws<ConfigurationException>(() => Parse(json)).Message, StringComparison.Ordinal);
    }

    private static BridgeConfiguration Parse(JsonObject json) =>
        BridgeConfiguration.Parse(json.ToJsonString(), Path.Combine(Path.GetTempPath(), "bridge.json"), new Dictionary<string, string>());

    private static JsonObject Keys(params (string Id, AsymmetricAlgorithm Key)[] keys) =>
        new() { ["keys"] = new JsonArray([.. keys.Select(k => (JsonNode)Key(k.Id, k.Key))]) };

    private static JsonObject Key(string? id, AsymmetricAlgorithm key)
    {
        var json = new JsonObject { ["key"] = new JsonObject { ["value"] = key.ExportPkcs8PrivateKeyPem() } };
        if (id is not null)
            json["id"] = id;
        return json;
    }

    private static Task<string> SignAsync(TestBridge bridge, string algorithm) =>
        bridge.Get<SigningKeys>().SignAsync(algorithm, "secevent+jwt", Payload, Never);

    private static async Task<JsonWebKeySet> SetAsync(TestBridge bridge)
    {
        var keys = await bridge.Get<SigningKeys>().PublicKeysAsync(Never);
        return new JsonWebKeySet(new JsonObject { ["keys"] = new JsonArray([.. keys.Select(k => k.DeepClone())]) }.ToJsonString());
    }

    private static async Task AssertGoodAsync(JsonWebKeySet set, string jws)
    {
        var result = await CheckAsync(set, jws);
        Assert.True(result.IsValid, result.Exception?.Message);
    }

    private static Task<TokenValidationResult> CheckAsync(JsonWebKeySet set, string jws) => new JsonWebTokenHandler().ValidateTokenAsync(jws, new TokenValidationParameters
    {
        IssuerSigningKeys = set.GetSigningKeys(),
        ValidIssuer = "https://bridge.example",
        ValidateAudience = false,
        ValidateLifetime = false,
        RequireExpirationTime = false,
    });
}
