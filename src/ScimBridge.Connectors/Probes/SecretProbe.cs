using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Probes;

/// <summary>
/// Makes the one call that tries a secret, over connections of its own that carry no other credential, and reads what it is answered.
/// </summary>
internal sealed class SecretProbe : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;

    public SecretProbe(bool allowPrivateAddresses) =>
        _http = new HttpClient(DirectHandler.Create(inFlight: 4, Patience, allowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The status and the body, where that is a JSON object; or why there is no answer.</summary>
    public async Task<(int Status, JsonObject? Body, Outcome? Failure)> SendAsync(string call, HttpRequestMessage request, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var body = await BoundedBody.ReadAsync(response.Content, limit.Token) ?? default;
            return ((int)response.StatusCode, Parse(body), null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (0, null, new Outcome.Retry(null, $"{call}: no answer within {Patience.TotalSeconds:0} s."));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return (0, null, Unanswered.Of(call, "target", e));
        }
    }

    public void Dispose() => _http.Dispose();

    private static JsonObject? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
