using System.Net;

namespace Reshelve.Images.Fetching;

/// <summary>The hosts that a definition allows to have addresses which are not public.</summary>
internal static class AllowedHosts
{
    /// <summary>Whether an address is at one of the hosts, in whatever spelling.</summary>
    public static bool Contains(IReadOnlyList<string> allowed, Uri address)
    {
        if (allowed.Count == 0)
            return false;
        var host = HostOf(address);
        for (var i = 0; i < allowed.Count; i++)
        {
            if (Matches(allowed[i], host, address.Port))
                return true;
        }

        return false;
    }

    /// <summary>An address's host in one spelling: ASCII, lower case, without a dot at its end, IPv6 without brackets.</summary>
    public static string HostOf(Uri address) => Normal(address.IdnHost);

    private static bool Matches(string entry, string host, int port)
    {
        var (name, only) = Split(entry.Trim());
        if (only is { } wanted && wanted != port)
            return false;
        const string Below = "*.";
        if (name.StartsWith(Below, StringComparison.Ordinal))
            return !IPAddress.TryParse(host, out _) && host.EndsWith("." + Normal(name[Below.Length..]), StringComparison.Ordinal);
        return Normal(name) == host;
    }

    /// <summary><c>name</c>, <c>name:port</c>, <c>address</c>, <c>[v6]</c>, <c>[v6]:port</c>, <c>v6</c>.</summary>
    private static (string Name, int? Port) Split(string entry)
    {
        var colon = entry.LastIndexOf(':');
        // Several colons without brackets are an IPv6 address alone.
        var isBare = !entry.StartsWith('[') && entry.IndexOf(':', StringComparison.Ordinal) != colon;
        if (colon < 0 || isBare || entry.EndsWith(']'))
            return (entry, null);
        return ushort.TryParse(entry.AsSpan(colon + 1), out var port) ? (entry[..colon], port) : (entry, null);
    }

    private static string Normal(string name)
    {
        var bare = name.Trim('[', ']');
        if (bare.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(bare, out var address))
            return address.ToString();
        var dotless = bare.EndsWith('.') ? bare[..^1] : bare;
        return Uri.TryCreate($"http://{dotless}/", UriKind.Absolute, out var spelled) ? spelled.IdnHost.ToLowerInvariant() : dotless.ToLowerInvariant();
    }
}
