using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ScimBridge.Server.Tests.Signals;

/// <summary>
/// A receiver of security event tokens (RFC 8935) over a real socket. It believes nothing: signature, type, issuer and audience are checked with somebody
/// else's code against the keys that the bridge publishes, and a token whose <c>jti</c> it has heard is heard once.
/// </summary>
internal sealed class SignalReceiver : IAsyncDisposable
{
    public const string Issuer = "https://bridge.example";
    public const string Audience = "https://receiver.example";
    private readonly WebApplication _app;
    private JsonWebKeySet _set = new();

    private SignalReceiver(WebApplication app) => _app = app;

    /// <summary>Every push that came in, as it came in.</summary>
    public ConcurrentQueue<Push> Pushes { get; } = [];

    /// <summary>What was believed, each token once, in order.</summary>
    public IReadOnlyList<Push> Heard => [.. Pushes.Where(p => p.IsTaken).DistinctBy(p => p.Id)];

    /// <summary>What is answered where not 202: status, and the code of an error.</summary>
    public Func<Push, (int Status, string? Err)?> Answer { get; set; } = _ => null;

    /// <summary>What has to happen before anything is answered.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>Fetches the published keys.</summary>
    public Func<Task<string>> Keys { get; set; } = () => Task.FromResult("""{"keys":[]}""");

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/events";

    public static async Task<SignalReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new SignalReceiver(builder.Build());
        receiver._app.MapPost("/events", receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Checks a token as a receiver does; throws where it is not to be believed.</summary>
    public async Task<Push> BelieveAsync(string token, string? authorization = null)
    {
        var push = new Push(token, authorization);
        if (_set.Keys.All(k => k.Kid != push.Token.Kid))
            _set = new JsonWebKeySet(await Keys());
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = _set.GetSigningKeys(),
            ValidAlgorithms = ["RS256"],
            ValidTypes = ["secevent+jwt"],
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidateLifetime = false,
            RequireExpirationTime = false,
        });
        if (!result.IsValid)
            throw result.Exception;
        // SSF 1.0, 4: no sub, no exp, one event.
        Assert.False(push.Claims.ContainsKey("sub") || push.Claims.ContainsKey("exp"));
        Assert.Single(push.Claims["events"]!.AsObject());
        return push;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var push = new Push(await reader.ReadToEndAsync(), http.Request.Headers.Authorization.ToString());
        await Before();
        var (status, err) = Answer(push) ?? (202, null);
        if (http.Request.ContentType != "application/secevent+jwt" || http.Request.Headers.Accept != "application/json")
            (status, err) = (400, "invalid_request");
        if (status == 202)
        {
            try
            {
                await BelieveAsync(push.Text);
                push = push with { IsTaken = true };
            }
            catch (SecurityTokenException)
            {
                (status, err) = (400, "invalid_key");
            }
        }

        Pushes.Enqueue(push);
        http.Response.StatusCode = status;
        if (err is not null)
            await http.Response.WriteAsJsonAsync(new { err, description = "mira.holt@corp.example is not known here" });
    }
}

/// <summary>One push as it came in.</summary>
internal sealed record Push(string Text, string? Authorization)
{
    public bool IsTaken { get; init; }

    public JsonWebToken Token { get; } = new(Text);

    public JsonObject Claims => JsonNode.Parse(Base64UrlEncoder.Decode(Token.EncodedPayload))!.AsObject();

    public string Id => Token.Id;

    /// <summary>The last part of the event's URI.</summary>
    public string Event => Claims["events"]!.AsObject().Single().Key.Split('/', ':')[^1] is var last && last == "notice"
        ? Claims["events"]!.AsObject().Single().Key.Split(':')[^2]
        : last;

    public JsonObject Payload => Claims["events"]!.AsObject().Single().Value!.AsObject();
}
