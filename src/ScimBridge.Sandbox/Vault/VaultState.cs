using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Vault;

/// <summary>
/// A vault from the inside. <see href="https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2"/>,
/// <see href="https://developer.hashicorp.com/vault/api-docs/auth/approle"/>
/// </summary>
public sealed class VaultState
{
    private readonly VaultSandboxOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<JsonObject?>> _secrets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);

    internal VaultState(VaultSandboxOptions options, TimeProvider clock) => (_options, _clock) = (options, clock);

    /// <summary>The name in the URL.</summary>
    public string Name => _options.Name;

    /// <summary>What goes wrong, and when.</summary>
    public FaultScript Faults { get; } = new();

    /// <summary>How long the tokens of an AppRole are good, in seconds.</summary>
    public int TokenSeconds { get; set; } = 3600;

    /// <summary>What a version holds; null where it is destroyed or never was. The last one without a number.</summary>
    public string? Read(string path, int? version = null)
    {
        lock (_gate)
            return _secrets.GetValueOrDefault(path) is { } all && (version ?? all.Count) is var at && at >= 1 && at <= all.Count ? all[at - 1]?.ToJsonString() : null;
    }

    /// <summary>Puts a secret there by hand.</summary>
    public void Put(string path, string json)
    {
        lock (_gate)
            Versions(path).Add(JsonNode.Parse(json)!.AsObject());
    }

    /// <summary>How many versions of a secret there are.</summary>
    public int Count(string path)
    {
        lock (_gate)
            return _secrets.GetValueOrDefault(path)?.Count ?? 0;
    }

    /// <summary>Takes back every token that was handed out.</summary>
    public void RevokeTokens()
    {
        lock (_gate)
            _tokens.Clear();
    }

    internal async Task HandleAsync(HttpContext http, string path)
    {
        var fault = Faults.Strike(http.Request.Method, "/" + path);
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        if (fault?.Kind is FaultKind.Reset or FaultKind.Timeout)
        {
            http.Abort();
            return;
        }

        var body = text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? [];
        var (status, answer) = fault?.Kind == FaultKind.Error ? (fault.Status, Errors("internal error")) : Answer(http.Request, path, body);
        if (fault?.Kind == FaultKind.LostReply)
            http.Abort();
        else
            await SandboxApi.TextAsync(http, status, answer.ToJsonString());
    }

    private static JsonObject Errors(params string[] errors) => new() { ["errors"] = new JsonArray([.. errors.Select(e => (JsonNode)e)]) };

    private (int Status, JsonObject Answer) Answer(HttpRequest request, string path, JsonObject body)
    {
        lock (_gate)
        {
            if (request.Method == "POST" && path == "auth/approle/login")
                return Login(body);
            var token = request.Headers["X-Vault-Token"].ToString();
            if (token != _options.Token && !(_tokens.TryGetValue(token, out var ends) && ends > _clock.GetUtcNow()))
                return (403, Errors("permission denied"));
            return (request.Method, path.Split('/', 3)) switch
            {
                ("GET", ["secret", "data", var name]) => Data(name, request.Query["version"]),
                ("POST" or "PUT", ["secret", "data", var name]) => Write(name, body),
                ("GET", ["secret", "metadata", var name]) => _secrets.TryGetValue(name, out var all)
                    ? (200, new JsonObject { ["data"] = new JsonObject { ["current_version"] = all.Count } })
                    : (404, Errors()),
                ("PUT" or "POST", ["secret", "destroy", var name]) => Destroy(name, body),
                _ => (404, Errors("no handler for route")),
            };
        }
    }

    private (int, JsonObject) Login(JsonObject body)
    {
        if ((string?)body["role_id"] != _options.RoleId || (string?)body["secret_id"] != _options.SecretId)
            return (400, Errors("invalid role or secret ID"));
        var token = "hvs." + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _tokens[token] = _clock.GetUtcNow().AddSeconds(TokenSeconds);
        return (200, new JsonObject { ["auth"] = new JsonObject { ["client_token"] = token, ["lease_duration"] = TokenSeconds } });
    }

    private (int, JsonObject) Data(string name, string? version)
    {
        if (!_secrets.TryGetValue(name, out var all))
            return (404, Errors());
        var at = int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : all.Count;
        if (at > all.Count)
            return (404, Errors());
        var data = all[at - 1];
        var metadata = new JsonObject { ["version"] = at, ["destroyed"] = data is null };
        return (data is null ? 404 : 200, new JsonObject { ["data"] = new JsonObject { ["data"] = data?.DeepClone(), ["metadata"] = metadata } });
    }

    private (int, JsonObject) Write(string name, JsonObject body)
    {
        var count = _secrets.GetValueOrDefault(name)?.Count ?? 0;
        if (body["options"]?["cas"] is JsonValue cas && cas.GetValue<int>() != count)
            return (400, Errors("check-and-set parameter did not match the current version"));
        if (body["data"] is not JsonObject data || data.Any(p => p.Value?.GetValueKind() != JsonValueKind.String))
            return (400, Errors("no data provided"));
        Versions(name).Add((JsonObject)data.DeepClone());
        return (200, new JsonObject { ["data"] = new JsonObject { ["version"] = count + 1, ["destroyed"] = false } });
    }

    private (int, JsonObject) Destroy(string name, JsonObject body)
    {
        foreach (var number in (body["versions"] as JsonArray ?? []).Select(v => v!.GetValue<int>()))
        {
            if (_secrets.TryGetValue(name, out var all) && number >= 1 && number <= all.Count)
                all[number - 1] = null;
        }

        return (204, []);
    }

    private List<JsonObject?> Versions(string path) => _secrets.TryGetValue(path, out var all) ? all : _secrets[path] = [];
}
