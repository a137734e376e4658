using System.Net;

namespace ScimBridge.Connectors.Targets.Http;

/// <summary>The connections to one target: pooled, bounded, direct, and without a memory of cookies or redirects.</summary>
internal static class TargetHandler
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

        // Behind a proxy the address of the target could not be judged.
        UseProxy = false,
        ConnectCallback = (context, cancel) => AddressGuard.ConnectAsync(context.DnsEndPoint, allowPrivateAddresses, cancel),
    };
}
