using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Signals;

/// <summary>
/// Pushes security event tokens to one receiver (RFC 8935), and says what came of it. Of what a receiver answers only the code of the error is kept:
/// its description may speak of somebody.
/// </summary>
public sealed class PushClient : IDisposable
{
    /// <summary>The receiver cannot check the signature (RFC 8935, 2.4).</summary>
    public const string InvalidKey = "invalid_key";

    private const string Call = "POST";
    private static readonly string Version = typeof(PushClient).Assembly.GetName().Version!.ToString(3);

    // RFC 8935, 2.4 and 7.1.2. Those of the second line speak of the bridge, not of the token.
    private static readonly string[] OfToken = ["invalid_request", InvalidKey, "invalid_issuer", "invalid_audience"];
    private static readonly string[] OfBridge = ["authentication_failed", "access_denied"];

    private readonly HttpClient http;
    private readonly Uri endpoint;
    private readonly TimeSpan timeout;
    private readonly TimeProvider clock;

    /// <summary>Makes the client.</summary>
    /// <param name="endpoint">Where to push to.</param>
    /// <param name="timeout">How long to wait for an answer.</param>
    /// <param name="allowPrivateAddresses">Whether the host may be inside the network that the bridge stands in.</param>
    /// <param name="clock">The time.</param>
    public PushClient(Uri endpoint, TimeSpan timeout, bool allowPrivateAddresses, TimeProvider clock)
    {
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.clock = clock;
        http = new HttpClient(DirectHandler.Create(inFlight: 1, timeout, allowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ScimBridge", Version));
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <summary>
    /// Pushes one token. <see cref="Outcome.Done"/>: the receiver has it. <see cref="Outcome.Retry"/> and <see cref="Outcome.Stop"/>: it takes nothing now.
    /// <see cref="Outcome.Rejected"/>: it does not take this one; the code is in <see cref="CallFailure.Code"/>.
    /// </summary>
    /// <param name="token">The token in its compact form.</param>
    /// <param name="authorization">What is sent as <c>Authorization</c>; null for nothing.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Outcome> PushAsync(string token, string? authorization, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
            {
                Content = new ByteArrayContent(Encoding.ASCII.GetBytes(token)) { Headers = { ContentType = new MediaTypeHeaderValue("application/secevent+jwt") } },
            };
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var status = (int)response.StatusCode;
            return status switch
            {
                // 202 is what RFC 8935 says; some say another thing, and mean the same.
                >= 200 and <= 299 => new Outcome.Done(),
                408 or 425 or 429 or >= 500 => new Outcome.Retry(RetryAfter.Of(response.Headers, clock), $"{Call}: {status}."),
                < 400 or 401 or 403 or 404 or 405 => new Outcome.Stop($"{Call}: {status}."),
                _ => Refused(status, CodeOf(await BoundedBody.ReadAsync(response.Content, limit.Token) ?? default)),
            };
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return new Outcome.Retry(null, $"{Call}: no answer within {timeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Unanswered.Of(Call, "receiver", e);
        }
    }

    /// <summary>Whether an address speaks for itself of a host inside the network that the bridge stands in. A name is judged when it is resolved.</summary>
    public static bool IsInside(Uri endpoint) => IPAddress.TryParse(endpoint.DnsSafeHost, out var address) && !AddressGuard.IsOutside(address);

    /// <summary>Whether a word is one by which receivers say why they do not take a token (RFC 8935, 2.4).</summary>
    public static bool IsCode(string word) => OfToken.Contains(word) || OfBridge.Contains(word);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static Outcome Refused(int status, string? code)
    {
        var reason = code is null ? $"{Call}: {status}." : $"{Call}: {status} {code}.";
        var failure = new CallFailure(Call, status, code, null, reason, Advice(code));
        return OfBridge.Contains(code) ? new Outcome.Stop(reason) { Failure = failure } : new Outcome.Rejected(reason) { Failure = failure };
    }

    private static string Advice(string? code) => code switch
    {
        InvalidKey => "See that the receiver fetches the keys of the bridge (/.well-known/jwks.json).",
        "invalid_issuer" => "Tell the receiver what the tokens say as iss (signals.issuer).",
        "invalid_audience" => "Set audience to what the receiver wants as aud.",
        "authentication_failed" or "access_denied" => "Check the stream's Authorization header, and that the receiver knows the bridge.",
        _ => "See what the receiver says of it: its log has the token's jti.",
    };

    private static string? CodeOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("err", out var err)
                && err.ValueKind == JsonValueKind.String && err.GetString() is { } code && IsCode(code)
                ? code
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
