using System.Net;
using System.Net.Sockets;

namespace Reshelve.Images.Fetching;

/// <summary>
/// Tells addresses of the public internet from all others, by the special-purpose address registries of IANA (RFC 6890 and its
/// successors). What comes from a feed may lead to public ones only.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Closed4 =
    [
        .. new[]
        {
            "0.0.0.0/8", // this network
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // private
            "100.64.0.0/10", // carrier-grade NAT; also a cloud's metadata
            "127.0.0.0/8", // loopback
            "169.254.0.0/16", // link-local; also the clouds' metadata
            "168.63.129.16/32", // a cloud's metadata that has a public address
            "192.0.0.0/24", // protocol assignments
            "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", // documentation
            "192.88.99.0/24", // 6to4 relays
            "198.18.0.0/15", // benchmarking
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved, broadcast
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>All that is given out; unique-local, link-local, multicast and the rest lie outside.</summary>
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Closed6 =
    [
        .. new[]
        {
            "2001::/23", // protocol assignments: Teredo, benchmarking, ORCHID
            "2001:db8::/32", "3fff::/20", // documentation
            "2002::/16", // 6to4, which could hide any IPv4 address
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>How a network without IPv4 of its own names every IPv4 address (RFC 6052).</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether an address is one of the public internet.</summary>
    public static bool Is(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(Closed4, n => n.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        if (address.IsIPv4MappedToIPv6)
            return Is(address.MapToIPv4());
        if (Nat64.Contains(address))
            return Is(Embedded(address));
        return Global6.Contains(address) && !Array.Exists(Closed6, n => n.Contains(address));
    }

    private static IPAddress Embedded(IPAddress address) => new(address.GetAddressBytes().AsSpan(12));
}
