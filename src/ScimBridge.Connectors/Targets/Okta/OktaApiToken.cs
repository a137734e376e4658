using System.Net.Http.Headers;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>An API token. <see href="https://developer.okta.com/docs/guides/create-an-api-token/main/"/></summary>
internal sealed class OktaApiToken(string token) : IOktaCredential
{
    private readonly AuthenticationHeaderValue _header = new("SSWS", token);

    public Task<Outcome?> ApplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        request.Headers.Authorization = _header;
        return Task.FromResult<Outcome?>(null);
    }

    public bool IsWorthAnother(HttpRequestMessage request, HttpResponseMessage response) => false;

    public void Dispose()
    {
        // It holds nothing.
    }
}
