using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>
/// The addresses that SCIM answers carry. They begin with the configured public URL, never with what a request claims to have called.
/// </summary>
internal sealed class ScimAddresses(BridgeConfiguration configuration)
{
    /// <summary>Where SCIM begins.</summary>
    public const string Base = "/scim/v2";

    /// <summary>The base URL of the SCIM service, without a trailing slash.</summary>
    public string BaseUrl(HttpContext http) => Root(http) + Base;

    /// <summary>The address of the bridge itself, without a trailing slash.</summary>
    public string Root(HttpContext http)
    {
        var server = configuration.Options.Server;
        if (server.PublicUrl is { } publicUrl)
            return publicUrl.TrimEnd('/');
        // Without a public URL clients come directly, so that the address of the socket is theirs.
        var address = http.Connection.LocalIpAddress;
        var host = address is null || address.Equals(System.Net.IPAddress.Any) ? "127.0.0.1" : address.ToString();
        return $"{http.Request.Scheme}://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{http.Connection.LocalPort}";
    }
}
