using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Vaults;

/// <summary>
/// A KV version 2 secrets engine: at its path each secret as <c>secret</c> with its <c>key_id</c>. A version is written only upon the one
/// that was read (check-and-set), and what is forgotten is destroyed.
/// <see href="https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2"/>
/// </summary>
public sealed class HashiCorpVault : IVault
{
    private const string Data = "secret/data";

    private static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(30);

    private static readonly string Version = typeof(HashiCorpVault).Assembly.GetName().Version!.ToString(3);

    private readonly HashiCorpVaultOptions _options;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _login = new(1);
    private (Secret Token, DateTimeOffset Ends)? _session;

    /// <summary>Makes it of options without faults.</summary>
    public HashiCorpVault(HashiCorpVaultOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _clock) = (options, clock);
        var timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        _http = new HttpClient(DirectHandler.Create(inFlight: 4, timeout, options.AllowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ScimBridge", Version));
        if (options.Namespace is { } name)
            _http.DefaultRequestHeaders.TryAddWithoutValidation("X-Vault-Namespace", name);
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, VaultEntry? Entry)> ReadAsync(string path, int? version, CancellationToken cancel)
    {
        var query = version is { } number ? string.Create(CultureInfo.InvariantCulture, $"?version={number}") : "";
        var (status, body, failure) = await CallAsync(HttpMethod.Get, $"data/{path}{query}", path, body: null, cancel);
        if (failure is not null)
            return (failure, null);
        // 404 with metadata is a version that was deleted or destroyed.
        if (status == 404 || body?["data"]?["data"] is not JsonObject data)
            return (new Outcome.Gone(), null);
        return data["secret"]?.ToString() is { Length: > 0 } secret && (int?)body["data"]!["metadata"]?["version"] is { } at
            ? (new Outcome.Done(), new VaultEntry(at, data["key_id"]?.ToString(), new Secret(secret)))
            : (new Outcome.Rejected($"GET {Data}: what is there has no secret."), null);
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, int Version)> WriteAsync(string path, string keyId, Secret secret, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var (read, current) = await ReadAsync(path, version: null, cancel);
        if (read is Outcome.Done && current!.KeyId == keyId)
            return (read, current.Version);
        if (read is not (Outcome.Done or Outcome.Gone))
            return (read, 0);
        var (unread, based) = current is { } known ? (null, known.Version) : await LastAsync(path, cancel);
        if (unread is not null)
            return (unread, 0);
        var write = new JsonObject
        {
            ["options"] = new JsonObject { ["cas"] = based },
            ["data"] = new JsonObject { ["secret"] = secret.Reveal(), ["key_id"] = keyId },
        };
        var (status, body, failure) = await CallAsync(HttpMethod.Post, $"data/{path}", path, write, cancel);
        if (failure is not null)
            return (failure, 0);
        return status == 200 && (int?)body?["data"]?["version"] is { } version
            ? (new Outcome.Done(), version)
            : (new Outcome.Retry(null, $"POST {Data}: {status}, and no version."), 0);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ForgetAsync(string path, int version, CancellationToken cancel)
    {
        var (read, current) = await ReadAsync(path, version: null, cancel);
        if (read is not (Outcome.Done or Outcome.Gone))
            return read;
        if (current?.Version == version)
            return new Outcome.Rejected("The current version of a secret stays.");
        var (_, _, failure) = await CallAsync(HttpMethod.Put, $"destroy/{path}", path, new JsonObject { ["versions"] = new JsonArray(version) }, cancel);
        return failure ?? new Outcome.Done();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _login.Dispose();
    }

    /// <summary>The number of the last version where it is deleted; 0 where there never was one.</summary>
    private async Task<(Outcome? Failure, int Version)> LastAsync(string path, CancellationToken cancel)
    {
        var (_, body, failure) = await CallAsync(HttpMethod.Get, $"metadata/{path}", path, body: null, cancel);
        return (failure, (int?)body?["data"]?["current_version"] ?? 0);
    }

    private async Task<(int Status, JsonObject? Body, Outcome? Failure)> CallAsync(
        HttpMethod method, string below, string path, JsonObject? body, CancellationToken cancel)
    {
        if (!VaultPath.IsValid(path))
            return (0, null, new Outcome.Rejected("This is no path in a vault."));
        var call = $"{method} secret/{below[..below.IndexOf('/', StringComparison.Ordinal)]}";
        for (var isRenewed = false; ; isRenewed = true)
        {
            var (token, refused) = await TokenAsync(cancel);
            if (token is null)
                return (0, null, refused);
            var reply = await SendAsync(call, method, $"{_options.Mount}/{below}", token, body, cancel);
            if (reply.Failure is not null)
                return reply;
            // A token of a login that has run out is had anew, once.
            if (reply.Status == 403 && _options.AppRole is not null && !isRenewed)
            {
                _session = null;
                continue;
            }

            return reply with { Failure = FailureOf(call, reply.Status, reply.Body) };
        }
    }

    private static Outcome? FailureOf(string call, int status, JsonObject? body) => status switch
    {
        200 or 204 or 404 => null,
        400 when Says(body, "check-and-set") => new Outcome.Retry(null, $"{call}: 400. Somebody else has written a version meanwhile.", Untouched: true),
        400 => new Outcome.Rejected($"{call}: 400."),
        401 or 403 => new Outcome.Stop($"{call}: {status}. The token may not do this below the path."),
        412 or 429 or 472 or 473 or >= 500 => new Outcome.Retry(null, $"{call}: {status}. Vault is sealed, a standby, or has trouble.", Untouched: status != 500),
        _ => new Outcome.Stop($"{call}: {status}. There is no KV version 2 engine at baseUrl and mount."),
    };

    private static bool Says(JsonObject? body, string text) =>
        (body?["errors"] as JsonArray ?? []).Any(e => e?.ToString().Contains(text, StringComparison.OrdinalIgnoreCase) == true);

    private async Task<(Secret? Token, Outcome? Failure)> TokenAsync(CancellationToken cancel)
    {
        if (_options.Token is { } fixedOne)
            return fixedOne.Read() is { Length: > 0 } text ? (new Secret(text), null) : (null, new Outcome.Stop("The token of the vault cannot be had."));
        await _login.WaitAsync(cancel);
        try
        {
            if (_session is { } session && session.Ends > _clock.GetUtcNow())
                return (session.Token, null);
            const string Call = "POST auth/approle/login";
            if (_options.AppRole!.SecretId!.Read() is not { Length: > 0 } secretId)
                return (null, new Outcome.Stop($"{Call}: the secret id cannot be had."));
            var (status, body, failure) = await SendAsync(
                Call, HttpMethod.Post, $"auth/{_options.AppRole.Mount}/login", token: null, new JsonObject { ["role_id"] = _options.AppRole.RoleId, ["secret_id"] = secretId }, cancel);
            if (failure is not null)
                return (null, failure);
            if (status is 400 or 401 or 403)
                return (null, new Outcome.Stop($"{Call}: {status}. Vault refuses the role id or the secret id."));
            if (status != 200 || body?["auth"]?["client_token"]?.ToString() is not { Length: > 0 } token)
                return (null, new Outcome.Retry(null, $"{Call}: {status}, and no token.", Untouched: true));
            var life = TimeSpan.FromSeconds((double?)body["auth"]!["lease_duration"] ?? 0);
            _session = (new Secret(token), _clock.GetUtcNow() + (life > RenewBefore ? life - RenewBefore : life));
            return (_session.Value.Token, null);
        }
        finally
        {
            _login.Release();
        }
    }

    private async Task<(int Status, JsonObject? Body, Outcome? Failure)> SendAsync(
        string call, HttpMethod method, string path, Secret? token, JsonObject? body, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(_options.TimeoutSeconds));
        try
        {
            using var request = new HttpRequestMessage(method, $"{_options.BaseUrl!.TrimEnd('/')}/v1/{path}");
            if (token is not null)
                request.Headers.TryAddWithoutValidation("X-Vault-Token", token.Reveal());
            if (body is not null)
                request.Content = new ReadOnlyMemoryContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var text = await BoundedBody.ReadAsync(response.Content, limit.Token) ?? default;
            return ((int)response.StatusCode, Parse(text), null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (0, null, new Outcome.Retry(null, $"{call}: no answer within {_options.TimeoutSeconds} s."));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return (0, null, Unanswered.Of(call, "vault", e));
        }
    }

    private static JsonObject? Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return text.IsEmpty ? null : JsonNode.Parse(text.Span) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
