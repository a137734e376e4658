using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Probes;

/// <summary>
/// Uses a credential that should no longer be good, once, at an address that answers who one is, and says whether it was refused. The
/// credential is neither kept nor told.
/// </summary>
public sealed class CredentialProbe : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly string _header;
    private readonly string _prefix;

    /// <summary>Makes the probe.</summary>
    /// <param name="url">The address: one that a good credential is answered 2xx, and that changes nothing.</param>
    /// <param name="header">The header that carries the credential.</param>
    /// <param name="prefix">What stands before it there: <c>Bearer </c>, <c>SSWS </c>, <c>sid=</c>.</param>
    /// <param name="allowPrivateAddresses">Whether the host may be inside the network that the bridge stands in.</param>
    public CredentialProbe(Uri url, string header, string prefix, bool allowPrivateAddresses)
    {
        (_url, _header, _prefix) = (url, header, prefix);
        _http = new HttpClient(DirectHandler.Create(inFlight: 4, Patience, allowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Whether a text can stand in a header, as a credential must.</summary>
    public static bool IsCredential(string text) => text.Length is > 0 and <= 16_384 && text.All(c => c is > ' ' and < '\x7f');

    /// <summary>
    /// Uses the credential. A reading is there where the answer says something: 401 and 403 that it is refused, 2xx that it is good.
    /// </summary>
    public async Task<(Outcome Outcome, AccessReading? Reading)> UseAsync(string credential, CancellationToken cancel)
    {
        const string Call = "use of the credential";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _url);
            request.Headers.TryAddWithoutValidation(_header, _prefix + credential);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var status = (int)response.StatusCode;
            return status switch
            {
                401 or 403 => (new Outcome.Done(), new AccessReading(Call, $"{status}: refused", [])),
                >= 200 and <= 299 => (new Outcome.Done(), new AccessReading(Call, $"{status}: let in", ["credential"])),
                _ => (new Outcome.Retry(null, $"{Call}: {status}, which says nothing of the credential."), null),
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (new Outcome.Retry(null, $"{Call}: no answer within {Patience.TotalSeconds:0} s."), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (Unanswered.Of(Call, "target", e), null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
