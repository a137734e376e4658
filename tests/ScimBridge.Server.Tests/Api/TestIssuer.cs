using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ScimBridge.Server.Tests.Api;

/// <summary>
/// An issuer that signs: discovery document and keys over real HTTP. Its tokens are put together by hand, so that they can be wrong in
/// every way.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string Audience = "api://scimbridge";
    private readonly WebApplication _app;
    private readonly List<JsonObject> _published = [];

    private TestIssuer(WebApplication app)
    {
        _app = app;
    }

    /// <summary>Its URL, which is its name too.</summary>
    public string Url => _app.Urls.First();

    /// <summary>How often its keys were fetched.</summary>
    public int Fetches { get; private set; }

    /// <summary>Whether it answers.</summary>
    public bool IsDown { get; set; }

    /// <summary>What its discovery document says that it is; its URL unless said otherwise.</summary>
    public string? Claims { get; set; }

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new TestIssuer(app);
        app.Use((http, next) =>
        {
            if (!issuer.IsDown)
                return next(http);
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        app.MapGet("/.well-known/openid-configuration", () => Results.Text(
            new JsonObject { ["issuer"] = issuer.Claims ?? issuer.Url, ["jwks_uri"] = issuer.Url + "/keys" }.ToJsonString(), "application/json"));
        app.MapGet("/keys", () =>
        {
            issuer.Fetches++;
            return Results.Text(new JsonObject { ["keys"] = new JsonArray([.. issuer._published.Select(k => k.DeepClone())]) }.ToJsonString(), "application/json");
        });
        await app.StartAsync();
        return issuer;
    }

    /// <summary>How a bridge is told of it.</summary>
    public JsonObject Options() => new() { ["issuer"] = Url, ["audiences"] = new JsonArray(Audience) };

    /// <summary>Makes a key, and publishes it unless it is kept back.</summary>
    public RSA NewKey(string id, bool isPublished = true)
    {
        var key = RSA.Create(2048);
        if (isPublished)
            Publish(id, key);
        return key;
    }

    public void Publish(string id, RSA key)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        _published.Add(new JsonObject
        {
            ["kty"] = "RSA", ["use"] = "sig", ["kid"] = id,
            ["n"] = Base64Url.EncodeToString(numbers.Modulus), ["e"] = Base64Url.EncodeToString(numbers.Exponent),
        });
    }

    public void Withdraw(string id) => _published.RemoveAll(k => (string?)k["kid"] == id);

    public void Publish(string id, ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        _published.Add(new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = id,
            ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
        });
    }

    /// <summary>What a good token says.</summary>
    public JsonObject Payload(string scope = "scim.read") => new()
    {
        ["iss"] = Url,
        ["aud"] = Audience,
        ["azp"] = "client-7",
        ["sub"] = "somebody",
        ["scope"] = scope,
        ["iat"] = At(TimeSpan.Zero),
        ["nbf"] = At(TimeSpan.Zero),
        ["exp"] = At(TimeSpan.FromHours(1)),
    };

    public static long At(TimeSpan fromNow) => DateTimeOffset.UtcNow.Add(fromNow).ToUnixTimeSeconds();

    public static string Sign(string id, RSA key, JsonObject payload) => Token(
        new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = id },
        payload,
        bytes => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Sign(string id, ECDsa key, JsonObject payload) => Token(
        new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = id },
        payload,
        bytes => key.SignData(bytes, HashAlgorithmName.SHA256));

    /// <summary>A token with any header and any signature.</summary>
    public static string Token(JsonObject header, JsonObject payload, Func<byte[], byte[]> sign)
    {
        var text = Part(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Part(Encoding.UTF8.GetBytes(payload.ToJsonString()));
        return text + "." + Part(sign(Encoding.ASCII.GetBytes(text)));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Part(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
