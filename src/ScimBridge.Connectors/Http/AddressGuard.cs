using System.Net;
using System.Net.Sockets;

namespace ScimBridge.Connectors.Http;

/// <summary>
/// Keeps the address of a system from leading into the network that the bridge itself stands in. The address that was judged is the
/// address that is connected to, so a name that resolves differently a moment later gains nothing.
/// Ranges: <see href="https://www.iana.org/assignments/iana-ipv4-special-registry"/> and its sister for IPv6.
/// </summary>
internal static class AddressGuard
{
    private static readonly IPNetwork[] Inside =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b:1::/48", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>IPv6 ranges that carry an IPv4 address, and the byte it begins at: NAT64 (RFC 6052), 6to4 (RFC 3056).</summary>
    private static readonly (IPNetwork Network, int Offset)[] Carriers =
        [(IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("2002::/16"), 2)];

    public static bool IsOutside(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return IsOutside(address.MapToIPv4());
        foreach (var (network, offset) in Carriers)
        {
            if (network.Contains(address))
                return IsOutside(new IPAddress(address.GetAddressBytes().AsSpan(offset, 4)));
        }

        return !Array.Exists(Inside, network => network.Contains(address));
    }

    /// <summary>Connects to the first address of the host that answers; refuses the host if any of its addresses is inside.</summary>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, bool allowInside, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancel);
        if (!allowInside && !Array.TrueForAll(addresses, IsOutside))
            throw new AddressRefusedException();

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
