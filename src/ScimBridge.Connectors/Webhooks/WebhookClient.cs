using System.Globalization;
using System.Net.Http.Headers;
using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Webhooks;

/// <summary>
/// Posts signed JSON to one address, and says what came of it. <c>X-Event-Id</c> is the same each time that one thing is told, so that a
/// receiver knows a repetition; <c>X-Timestamp</c> is when it was signed; <c>X-Signature</c> has a <c>v1=</c> and the hex of
/// <see cref="WebhookSignature"/> for each key.
/// </summary>
public sealed class WebhookClient : IDisposable
{
    private static readonly string Version = typeof(WebhookClient).Assembly.GetName().Version!.ToString(3);
    private readonly HttpClient http;
    private readonly Uri url;
    private readonly IReadOnlyList<SecretReference> keys;
    private readonly TimeSpan timeout;
    private readonly TimeProvider clock;

    /// <summary>Makes the client.</summary>
    /// <param name="url">Where to post to.</param>
    /// <param name="keys">The keys to sign with; several while one takes the place of another.</param>
    /// <param name="timeout">How long to wait for an answer.</param>
    /// <param name="allowPrivateAddresses">Whether the host may be inside the network that the bridge stands in.</param>
    /// <param name="clock">The time.</param>
    public WebhookClient(Uri url, IReadOnlyList<SecretReference> keys, TimeSpan timeout, bool allowPrivateAddresses, TimeProvider clock)
    {
        this.url = url;
        this.keys = keys;
        this.timeout = timeout;
        this.clock = clock;
        http = new HttpClient(DirectHandler.Create(inFlight: 1, timeout, allowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ScimBridge", Version));
    }

    /// <summary>
    /// Posts. <see cref="Outcome.Done"/>: it was taken. <see cref="Outcome.Retry"/> and <see cref="Outcome.Stop"/>: the receiver takes nothing
    /// now. <see cref="Outcome.Rejected"/>: it does not take this.
    /// </summary>
    public async Task<Outcome> PostAsync(string id, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        const string Call = "POST";
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signatures = new List<string>();
        foreach (var key in keys)
        {
            if (key.Read() is not { } secret)
                return new Outcome.Stop("A key of the signature cannot be had.");
            signatures.Add("v1=" + Convert.ToHexStringLower(WebhookSignature.Of(secret, timestamp, body.Span)));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            request.Headers.Add("X-Event-Id", id);
            request.Headers.Add("X-Timestamp", timestamp);
            request.Headers.Add("X-Signature", string.Join(',', signatures));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var status = (int)response.StatusCode;
            return status switch
            {
                >= 200 and <= 299 => new Outcome.Done(),
                408 or 425 or 429 or >= 500 => new Outcome.Retry(RetryAfter.Of(response.Headers, clock), $"{Call}: {status}."),
                < 400 or 401 or 403 or 404 or 405 => new Outcome.Stop($"{Call}: {status}."),
                _ => new Outcome.Rejected($"{Call}: {status}."),
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

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
