using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Entra;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Util;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>A server that answers as it is told, one answer after the other, and a target that calls it.</summary>
internal sealed class EntraWire : IDisposable
{
    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly ConcurrentQueue<WireReply> _replies = new();
    private readonly ConcurrentQueue<WireCall> _calls = new();

    public EntraWire(TimeProvider? clock = null, Action<EntraTargetOptions>? set = null)
    {
        _server.Given(Request.Create().UsingAnyMethod()).RespondWith(Response.Create().WithCallback(Answer));
        var options = Options();
        set?.Invoke(options);
        Target = new EntraTarget(options, clock ?? TimeProvider.System);
    }

    public EntraTarget Target { get; }

    /// <summary>The calls to Graph so far.</summary>
    public IReadOnlyList<WireCall> Calls => [.. _calls];

    /// <summary>What was sent to the token endpoint last.</summary>
    public string TokenForm { get; private set; } = "";

    public EntraTargetOptions Options() => new()
    {
        TenantId = EntraTenant.TenantId,
        ClientId = EntraTenant.ClientId,
        Credential = new EntraCredentialOptions { Secret = new SecretReference { Value = EntraTenant.Secret } },
        BaseUrl = _server.Url,
        AuthorityHost = _server.Url,
        CorrelationAttribute = EntraTenant.Extension,
        AllowPrivateAddresses = true,
        TimeoutSeconds = 5,
    };

    public EntraWire Then(int status, string? body = null, params (string Name, string Value)[] headers)
    {
        _replies.Enqueue(new WireReply(status, body, headers));
        return this;
    }

    /// <summary>An error as Graph writes it.</summary>
    public static string Error(string code, string message = "Something is wrong") =>
        $$$$"""{"error":{"code":"{{{{code}}}}","message":"{{{{message}}}}","innerError":{"date":"2026-03-01T12:00:00","request-id":"req-1","client-request-id":"req-1"}}}""";

    public void Dispose()
    {
        Target.Dispose();
        _server.Dispose();
    }

    private ResponseMessage Answer(IRequestMessage request)
    {
        var address = new Uri(request.Url);
        if (address.AbsolutePath.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal))
        {
            TokenForm = Uri.UnescapeDataString(request.Body ?? "");
            return Message(200, """{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0"}""", []);
        }

        var headers = request.Headers!.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _calls.Enqueue(new WireCall($"{request.Method} {Uri.UnescapeDataString(address.PathAndQuery.Replace("&%24", "&$", StringComparison.Ordinal))}", headers, request.Body));
        return _replies.TryDequeue(out var reply) ? Message(reply.Status, reply.Body, reply.Headers) : Message(599, null, []);
    }

    private static ResponseMessage Message(int status, string? body, (string Name, string Value)[] headers)
    {
        var message = new ResponseMessage { StatusCode = status };
        message.AddHeader("Content-Type", body is null || body.StartsWith('{') ? "application/json" : "text/html");
        foreach (var (name, value) in headers)
            message.AddHeader(name, value);
        if (body is not null)
            message.BodyData = new BodyData { BodyAsString = body, DetectedBodyType = WireMock.Types.BodyType.String, Encoding = System.Text.Encoding.UTF8 };
        return message;
    }

    private sealed record WireReply(int Status, string? Body, (string Name, string Value)[] Headers);
}

/// <summary>A call that was made: the line with nothing escaped, the headers, the body.</summary>
internal sealed record WireCall(string Line, IReadOnlyDictionary<string, string> Headers, string? Body)
{
    /// <summary>The body without what Microsoft.Graph adds of its own, and without the password, which is another each time.</summary>
    public JsonNode? Json()
    {
        var json = Body is null ? null : JsonNode.Parse(Body);
        Strip(json);
        return json;
    }

    private static void Strip(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject item:
                item.Remove("@odata.type");
                if (item.ContainsKey("password"))
                    item["password"] = "...";
                foreach (var (_, value) in item)
                    Strip(value);
                break;
            case JsonArray items:
                foreach (var value in items)
                    Strip(value);
                break;
        }
    }
}
