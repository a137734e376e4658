using System.Net.Http.Headers;
using System.Text;
using ScimBridge.Connectors.Probes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Tries a client secret where a client has to prove itself, and nothing is handed out: at the introspection of a token that is none
/// (RFC 7662 section 2.1). The token endpoint of an org says <c>invalid_client</c> to good secrets too: it takes keys alone.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/"/>
/// </summary>
internal sealed class OktaProbe(OktaTargetOptions options) : IDisposable
{
    private const string Introspect = "POST oauth2/v1/introspect";

    private const string Me = "GET users/me";

    private readonly SecretProbe _http = new(options.AllowPrivateAddresses);
    private readonly string _org = options.BaseUrl!.TrimEnd('/');

    public async Task<(Outcome Outcome, ProbeAnswer? Answer)> TryClientAsync(string clientId, Secret secret, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _org + "/oauth2/v1/introspect")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = "none", ["token_type_hint"] = "access_token" }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret.Reveal()}")));
        var (status, body, failure) = await _http.SendAsync(Introspect, request, cancel);
        if (failure is not null)
            return (failure, null);
        return status switch
        {
            200 when body?["active"] is not null => (new Outcome.Done(), ProbeAnswer.Accepted),
            401 when body?["error"]?.ToString() == "invalid_client" => (new Outcome.Done(), ProbeAnswer.Refused),
            _ => (new Outcome.Retry(null, $"{Introspect}: {status}, which says nothing of the secret."), null),
        };
    }

    /// <summary>Tries an API token where it says whose it is. Okta counts that as a use of it.</summary>
    public async Task<(Outcome Outcome, ProbeAnswer? Answer)> TryTokenAsync(Secret token, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _org + "/api/v1/users/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("SSWS", token.Reveal());
        var (status, body, failure) = await _http.SendAsync(Me, request, cancel);
        if (failure is not null)
            return (failure, null);
        return status switch
        {
            200 when body?["id"] is not null => (new Outcome.Done(), ProbeAnswer.Accepted),
            401 when body?["errorCode"]?.ToString() is "E0000011" => (new Outcome.Done(), ProbeAnswer.Refused),
            _ => (new Outcome.Retry(null, $"{Me}: {status}, which says nothing of the token."), null),
        };
    }

    public void Dispose() => _http.Dispose();
}
