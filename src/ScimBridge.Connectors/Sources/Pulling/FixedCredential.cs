using System.Net.Http.Headers;
using System.Text;

namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>A header that is the same on every call: basic authentication (RFC 7617), a bearer token, or a header of the system's own.</summary>
internal sealed class FixedCredential(Action<HttpRequestHeaders> apply) : ICredential
{
    public static FixedCredential Basic(string user, string password)
    {
        var value = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return new(headers => headers.Authorization = value);
    }

    public static FixedCredential Bearer(string token) => new(headers => headers.Authorization = new AuthenticationHeaderValue("Bearer", token));

    public static FixedCredential Header(string name, string value) => new(headers => headers.TryAddWithoutValidation(name, value));

    public Task<HttpAnswer?> ApplyAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpAnswer>> send, CancellationToken cancel)
    {
        apply(request.Headers);
        return Task.FromResult<HttpAnswer?>(null);
    }

    public bool Refused() => false;
}
