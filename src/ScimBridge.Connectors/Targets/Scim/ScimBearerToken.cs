using System.Net.Http.Headers;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>A token that somebody made by hand (RFC 6750).</summary>
internal sealed class ScimBearerToken(string token) : IScimCredential
{
    private readonly AuthenticationHeaderValue _header = new("Bearer", token);

    public ValueTask<Outcome?> ApplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        request.Headers.Authorization = _header;
        return ValueTask.FromResult<Outcome?>(null);
    }

    public bool Drop(HttpRequestMessage refused) => false;

    public void Dispose()
    {
    }
}
