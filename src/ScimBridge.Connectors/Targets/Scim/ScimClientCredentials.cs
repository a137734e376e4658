using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// A client of a token service (RFC 6749 section 4.4). The token is kept, and asked for anew in good time before it ends or once it was
/// refused, by one call at a time. The token service is reached through connections as guarded as those to the target.
/// </summary>
internal sealed class ScimClientCredentials : IScimCredential
{
    private const string Call = "POST token";

    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    /// <summary>Of a token service that does not say how long its tokens last.</summary>
    private static readonly TimeSpan AssumedLife = TimeSpan.FromMinutes(5);

    private readonly ScimOAuthOptions _options;
    private readonly string _secret;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile Held? _held;

    public ScimClientCredentials(ScimOAuthOptions options, TimeSpan timeout, bool allowPrivateAddresses, TimeProvider clock)
    {
        (_options, _secret, _timeout, _clock) = (options, options.ClientSecret!.Read()!, timeout, clock);
        _http = new HttpClient(DirectHandler.Create(1, timeout, allowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    public async ValueTask<Outcome?> ApplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (Fresh() is not { } held)
        {
            await _asking.WaitAsync(cancel);
            try
            {
                if (Fresh() is { } already)
                {
                    held = already;
                }
                else
                {
                    var (renewed, refused) = await AskAsync(cancel);

                    // A token service that is out of order takes nothing from a token that has not ended.
                    var old = _held is { } kept && kept.EndsAt > _clock.GetUtcNow() ? kept : null;
                    if (renewed is null && (refused is not Outcome.Retry || old is null))
                        return refused;
                    _held = held = renewed ?? old!;
                }
            }
            finally
            {
                _asking.Release();
            }
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", held.Token);
        return null;
    }

    public bool Drop(HttpRequestMessage refused)
    {
        // Where it is another one by now, somebody else was refused with it before.
        if (_held is { } held && held.Token == refused.Headers.Authorization?.Parameter)
            _held = null;
        return true;
    }

    public void Dispose()
    {
        _http.Dispose();
        _asking.Dispose();
    }

    private Held? Fresh() => _held is { } held && held.RenewAt > _clock.GetUtcNow() ? held : null;

    private async Task<(Held? Held, Outcome? Refused)> AskAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_timeout);
        try
        {
            using var request = Request();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var answer = await BoundedBody.ReadAsync(response.Content, limit.Token) is { } text ? ScimJson.Parse(text.Span) : null;
            return Read((int)response.StatusCode, answer, response);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var late = new Outcome.Retry(null, $"{Call}: no answer of the token service within {_timeout.TotalSeconds:0} s.", Untouched: true);
            return (null, late with { Failure = Unanswered.Failure(Call, late) });
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            var unanswered = Unanswered.Of(Call, "token service", e);
            return (null, unanswered is Outcome.Retry retry ? retry with { Untouched = true } : unanswered);
        }
    }

    private HttpRequestMessage Request()
    {
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (_options.Scope is { Length: > 0 } scope)
            form.Add(new("scope", scope));
        if (_options.Audience is { Length: > 0 } audience)
            form.Add(new("audience", audience));
        var request = new HttpRequestMessage(HttpMethod.Post, _options.TokenUrl);
        if (_options.Authentication == ScimClientAuthentication.ClientSecretPost)
        {
            form.Add(new("client_id", _options.ClientId!));
            form.Add(new("client_secret", _secret));
        }
        else
        {
            // Both are written as in a form before they are joined: RFC 6749 section 2.3.1.
            var pair = $"{Encoded(_options.ClientId!)}:{Encoded(_secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private static string Encoded(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private (Held? Held, Outcome? Refused) Read(int status, JsonObject? answer, HttpResponseMessage response)
    {
        if (status == 200 && ScimJson.Text(answer, "access_token") is { } token && token.All(c => c is > ' ' and <= '~')
            && (ScimJson.Text(answer, "token_type") ?? "Bearer").Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            var life = ScimJson.Number(answer, "expires_in") is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 86_400)) : AssumedLife;
            var now = _clock.GetUtcNow();
            return (new Held(token, now + (life > 2 * Early ? life - Early : life / 2), now + life), null);
        }

        // A busy or broken token service is no refusal, and what is no token may be the page of a proxy.
        if (status is 200 or 408 or 429 or >= 500)
        {
            var said = status == 200 ? "the answer has no bearer token" : "the token service is busy or out of order";
            var later = new Outcome.Retry(RetryAfter.Of(response.Headers, _clock), $"{Call}: {status}, {said}.", Untouched: true);
            return (null, later with { Failure = new CallFailure(Call, status, null, null, $"No token: {said}.", "Nothing: it is tried again. If it lasts, check oauth.tokenUrl.") });
        }

        var error = Word(ScimJson.Text(answer, "error"));
        var advice = Advice(status, error);
        return (null, new Outcome.Stop($"{Call}: {status}{(error is null ? "" : " " + error)}. {advice}")
        {
            Failure = new CallFailure(Call, status, error, null, "The token service hands out no token.", advice),
        });
    }

    // RFC 6749 section 5.2.
    private static string Advice(int status, string? error) => error switch
    {
        "invalid_client" => "The token service does not know the client or its secret: check oauth.clientId, oauth.clientSecret and oauth.authentication.",
        "invalid_scope" => "The client may not ask for this scope: check oauth.scope.",
        "unauthorized_client" or "unsupported_grant_type" => "The client may not use client credentials: allow it the grant at the token service.",
        "invalid_target" => "The token service does not know the audience: check oauth.audience.",
        _ when status is >= 300 and < 400 => "The token service redirects, and redirects are not followed: correct oauth.tokenUrl.",
        _ => "Check oauth.tokenUrl, and the client at the token service.",
    };

    /// <summary>An error is a word; what else a token service writes there stays out of messages.</summary>
    private static string? Word(string? error) =>
        error is { Length: <= 40 } && error.All(c => char.IsAsciiLetterLower(c) || c == '_') ? error : null;

    private sealed record Held(string Token, DateTimeOffset RenewAt, DateTimeOffset EndsAt);
}
