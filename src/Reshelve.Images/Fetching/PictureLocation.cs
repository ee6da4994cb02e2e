using Reshelve.Enriching;
using Reshelve.Feeds;
using Reshelve.Images.Calls;

namespace Reshelve.Images.Fetching;

/// <summary>Where a picture is: at an http(s) address, or a path below the feed's folder. One of them is set.</summary>
internal readonly record struct PictureLocation(Uri? Address, string? RelativePath)
{
    private const int Longest = 8192;

    /// <summary>Understands a location as a feed delivers it.</summary>
    /// <exception cref="ImageFetchException">It is neither, or leads elsewhere.</exception>
    public static PictureLocation Parse(ImageRequest request)
    {
        var location = request.Location.Trim();
        if (location.Length is 0 or > Longest)
            throw Refused(location, location.Length == 0 ? "it is empty" : $"it is longer than {Longest} characters");
        if (SchemeOf(location) is { } scheme)
        {
            return scheme is "http" or "https"
                ? new(Checked(location, Uri.TryCreate(location, UriKind.Absolute, out var whole) ? whole : null), null)
                : throw Refused(location, $"it begins with '{scheme}:', but pictures come over http and https, or from the feed's own folder");
        }

        if (!request.Base.IsFile)
            return new(Checked(location, Uri.TryCreate(request.Base, location, out var joined) ? joined : null), null);
        if (location[0] is '/' or '\\')
            throw Refused(location, "it is an absolute path. Paths are relative to the feed's folder; an address begins with https:// or http://");
        return location.Contains('\0', StringComparison.Ordinal) ? throw Refused(location, "it holds a zero byte") : new(null, location);
    }

    /// <summary>A location for messages, without what may be secret in it.</summary>
    public static string Shown(string location)
    {
        var query = location.IndexOf('?', StringComparison.Ordinal);
        var open = query < 0 ? location : location[..query] + "?***";
        var user = open.LastIndexOf('@');
        var start = open.IndexOf("//", StringComparison.Ordinal);
        if (user > start && start >= 0)
            open = string.Concat(open.AsSpan(0, start + 2), "***", open.AsSpan(user));
        return ServerText.Line(open, 300);
    }

    private static Uri Checked(string location, Uri? address)
    {
        if (address is null || !SafeAddress.IsHttp(address) || address.Host.Length == 0)
            throw Refused(location, "it is no address that could be asked. Correct it in the feed");
        return address;
    }

    /// <summary>The scheme in lower case; null for a relative location.</summary>
    private static string? SchemeOf(string location)
    {
        var colon = location.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !char.IsAsciiLetter(location[0]))
            return null;
        var scheme = location[..colon];
        return scheme.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') ? scheme.ToLowerInvariant() : null;
    }

    private static ImageFetchException Refused(string location, string why) =>
        new($"The picture '{Shown(location)}' was refused: {why}.", isTransient: false);
}
