using System.Text;

namespace Reshelve.Feeds;

/// <summary>Shows and compares addresses without giving away the secrets they hold.</summary>
internal static class SafeAddress
{
    /// <summary>
    /// The address for messages: without user and password, and with every query value masked, as any of them may be a token.
    /// </summary>
    public static string Of(Uri address)
    {
        const UriComponents Public = UriComponents.SchemeAndServer | UriComponents.Path;
        var text = new StringBuilder(address.GetComponents(Public, UriFormat.UriEscaped));
        var separator = '?';
        foreach (var part in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            // A parameter without a value may itself be the token.
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            text.Append(separator).Append(equals < 0 ? "***" : part[..equals] + "=***");
            separator = '&';
        }

        return text.ToString();
    }

    /// <summary>Whether it is an http or https address.</summary>
    public static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;

    /// <summary>
    /// Whether two addresses have the same scheme, host and port: what may see one's credentials may see the other's.
    /// </summary>
    public static bool SameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>
    /// A file name for what lies at the address: its last segment, with nothing in it that a file system could take amiss.
    /// </summary>
    public static string FileName(Uri address)
    {
        const int Longest = 100;
        var segment = Uri.UnescapeDataString(address.Segments[^1]);
        var plain = segment.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_');
        var name = new string([.. plain]).Trim('.', '_');
        if (name.Length > Longest)
            name = name[^Longest..].TrimStart('.');
        return name.Length == 0 ? "feed" : name;
    }
}
