using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// An API service app: client credentials with <c>private_key_jwt</c>, the one method that Okta takes for its own scopes, and a token
/// that is bound to a key of this process (DPoP, RFC 9449). The token is kept and asked for anew in good time before it ends.
/// <see href="https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/"/>,
/// <see href="https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/"/>
/// </summary>
internal sealed class OktaServiceApp : IOktaCredential
{
    private const string Call = "POST oauth2/v1/token";

    private static readonly TimeSpan AssertionLife = TimeSpan.FromMinutes(5);

    /// <summary>A tenth of an hour's token: long enough for every call that is under way.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(6);

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly Uri _tokenUrl;
    private readonly string _clientId;
    private readonly string? _keyId;
    private readonly string _scope;
    private readonly OktaSigningKey _key;
    private readonly OktaSigningKey? _proofKey;
    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile Held? _held;
    private volatile string? _tokenNonce;
    private volatile string? _nonce;

    public OktaServiceApp(OktaTargetOptions options, string org, HttpClient http, TimeProvider clock)
    {
        (_http, _clock) = (http, clock);
        _tokenUrl = new Uri($"{org}/oauth2/v1/token");
        _clientId = options.ClientId!;
        _key = OktaSigningKey.Parse(options.PrivateKey!.Read()!);
        _keyId = options.KeyId ?? _key.KeyId;
        _proofKey = options.Dpop ? OktaSigningKey.Create() : null;
        _scope = string.Join(' ', options.Scopes.Count > 0 ? options.Scopes : OktaScopes.Needed(options));
    }

    public async Task<Outcome?> ApplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var held = _held;
        if (held is null || held.RenewAt <= _clock.GetUtcNow())
        {
            await _asking.WaitAsync(cancel);
            try
            {
                held = _held;
                if (held is null || held.RenewAt <= _clock.GetUtcNow())
                {
                    var (renewed, refused) = await AskAsync(cancel);

                    // A token service that is out of order takes nothing from a token that has not ended.
                    if (renewed is null && (refused is not Outcome.Retry || held is null || held.EndsAt <= _clock.GetUtcNow()))
                        return refused;
                    held = renewed ?? held!;
                    _held = held;
                }
            }
            finally
            {
                _asking.Release();
            }
        }

        request.Headers.Authorization = new AuthenticationHeaderValue(held.IsBound ? "DPoP" : "Bearer", held.Token);
        if (held.IsBound)
            request.Headers.Add("DPoP", Proof(request.Method, request.RequestUri!, _nonce, held.Token));
        return null;
    }

    public bool IsWorthAnother(HttpRequestMessage request, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is 400 or 401 && NonceOf(response) is { } nonce && IsChallenge(response) && nonce != _nonce)
        {
            _nonce = nonce;
            return true;
        }

        var (token, held) = (request.Headers.Authorization?.Parameter, _held);
        var isHeld = held is not null && held.Token == token;
        if (isHeld && status < 400)
            held!.IsUsed = true;
        if (status != 401)
            return false;
        if (!isHeld)
            return true;

        // One that was taken before has been revoked or has ended. One that never was would be refused again.
        _held = null;
        return held!.IsUsed;
    }

    public void Dispose()
    {
        _key.Dispose();
        _proofKey?.Dispose();
        _asking.Dispose();
    }

    private async Task<(Held? Held, Outcome? Refused)> AskAsync(CancellationToken cancel)
    {
        while (true)
        {
            var nonce = _tokenNonce;
            using var request = new HttpRequestMessage(HttpMethod.Post, _tokenUrl)
            {
                // The assertion's jti can be used once: every request has its own.
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "client_credentials",
                    ["scope"] = _scope,
                    ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    ["client_assertion"] = Assertion(),
                }),
            };
            if (_proofKey is not null)
                request.Headers.Add("DPoP", Proof(HttpMethod.Post, _tokenUrl, nonce, token: null));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var status = (int)response.StatusCode;
            var body = await BoundedBody.ReadAsync(response.Content, cancel) ?? default;
            var answer = OktaJson.Read(body, OktaJson.Default.OktaToken);
            if (status == 400 && answer?.Error == "use_dpop_nonce" && NonceOf(response) is { } wanted && wanted != nonce)
            {
                _tokenNonce = wanted;
                continue;
            }

            return Read(status, answer, body, response);
        }
    }

    private (Held? Held, Outcome? Refused) Read(int status, OktaToken? answer, ReadOnlyMemory<byte> body, HttpResponseMessage response)
    {
        if (status == 200 && answer?.AccessToken is { Length: > 0 } token && token.All(c => c is > ' ' and <= '~'))
        {
            var life = TimeSpan.FromSeconds(Math.Clamp(answer.ExpiresIn ?? 3600, 1, 86_400));
            var isBound = string.Equals(answer.TokenType, "DPoP", StringComparison.OrdinalIgnoreCase) && _proofKey is not null;
            var now = _clock.GetUtcNow();
            return (new Held(token, isBound, now + (life > 2 * Early ? life - Early : life / 2), now + life), null);
        }

        // A busy or broken token service is no refusal.
        if (status is 200 or 408 or 429 or >= 500)
        {
            var error = OktaJson.Read(body, OktaJson.Default.OktaError) is { ErrorCode: not null } said ? said : null;
            var failure = status == 200
                ? OktaFailures.Unreadable(Call, status)
                : OktaFailures.Of(new OktaRoute("oauth2/v1/token", ""), Call, status, error, default, response.Headers, _clock);
            return (null, failure is Outcome.Retry retry ? retry with { Untouched = true } : failure);
        }

        return (null, new Outcome.Stop($"{Call}: {status} {Word(answer?.Error)}. {Advice(answer?.Error)}"));
    }

    private static string Advice(string? error) => error switch
    {
        "invalid_client" => "Okta does not know the app or its key: check clientId, and that the public key is in the app's key set under keyId.",
        "invalid_scope" or "access_denied" => "Grant the app the scopes that it asks for (Okta API Scopes).",
        "invalid_dpop_proof" => "The app demands tokens that are bound to a key: set dpop to true.",
        "unauthorized_client" => "The app may not use the client credentials grant: it must be an API service app.",
        _ => "Okta hands out no token: check that baseUrl is an org and clientId an API service app.",
    };

    private static string Word(string? error) => error is null ? "without a reason" : new([.. error.Where(c => char.IsAsciiLetterOrDigit(c) || c == '_').Take(40)]);

    private string Assertion()
    {
        var header = new JsonObject { ["typ"] = "JWT" };
        if (_keyId is not null)
            header["kid"] = _keyId;
        var now = _clock.GetUtcNow();
        return _key.Sign(header, new JsonObject
        {
            ["iss"] = _clientId,
            ["sub"] = _clientId,
            ["aud"] = _tokenUrl.AbsoluteUri,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + AssertionLife).ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString("N"),
        });
    }

    /// <summary>RFC 9449, 4.2: the address without query; with a token, its hash.</summary>
    private string Proof(HttpMethod method, Uri address, string? nonce, string? token)
    {
        var claims = new JsonObject
        {
            ["htm"] = method.Method,
            ["htu"] = address.GetLeftPart(UriPartial.Path),
            ["iat"] = _clock.GetUtcNow().ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        if (nonce is not null)
            claims["nonce"] = nonce;
        if (token is not null)
            claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        return _proofKey!.Sign(new JsonObject { ["typ"] = "dpop+jwt", ["jwk"] = _proofKey.PublicJwk() }, claims);
    }

    private static string? NonceOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("DPoP-Nonce", out var values) ? values.FirstOrDefault() : null;

    private static bool IsChallenge(HttpResponseMessage response) =>
        response.Headers.WwwAuthenticate.Any(c => c.Parameter?.Contains("use_dpop_nonce", StringComparison.Ordinal) == true);

    private sealed class Held(string token, bool isBound, DateTimeOffset renewAt, DateTimeOffset endsAt)
    {
        public string Token { get; } = token;

        public bool IsBound { get; } = isBound;

        public DateTimeOffset RenewAt { get; } = renewAt;

        public DateTimeOffset EndsAt { get; } = endsAt;

        /// <summary>It has been taken at least once.</summary>
        public bool IsUsed { get; set; }
    }
}
