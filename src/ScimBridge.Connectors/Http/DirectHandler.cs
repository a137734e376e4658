using System.Net;

namespace ScimBridge.Connectors.Http;

/// <summary>The connections to one system: pooled, bounded, direct, and without a memory of cookies or redirects.</summary>
internal static class DirectHandler
{
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(10);

    public static SocketsHttpHandler Create(int inFlight, TimeSpan timeout, bool allowPrivateAddresses) => new()
    {
        MaxConnectionsPerServer = inFlight,
        ConnectTimeout = timeout < LongestConnect ? timeout : LongestConnect,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AutomaticDecompression = DecompressionMethods.All,

        // A redirect would carry the credential to a host that nobody configured.
        AllowAutoRedirect = false,
        UseCookies = false,

        // Behind a proxy the address of the system could not be judged.
        UseProxy = false,
        ConnectCallback = (context, cancel) => AddressGuard.ConnectAsync(context.DnsEndPoint, allowPrivateAddresses, cancel),
    };
}
