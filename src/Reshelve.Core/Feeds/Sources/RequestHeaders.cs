using System.Text;

namespace Reshelve.Feeds;

/// <summary>
/// The headers of a definition, with <c>${NAME}</c> replaced from the environment. Values are secrets: no message shows one.
/// </summary>
internal static class RequestHeaders
{
    /// <summary>Headers that the transfer itself is steered by, or that would have it decoded on the way.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Encoding", "Connection", "Content-Length", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range",
        "If-Unmodified-Since", "Range", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>Headers that hold no secret, so that another host may see them too.</summary>
    private static readonly HashSet<string> Harmless =
        new(StringComparer.OrdinalIgnoreCase) { "Accept", "Accept-Language", "User-Agent" };

    /// <summary>Whether a header may follow a redirect to another host.</summary>
    public static bool MayTravel(string name) => Harmless.Contains(name);

    /// <summary>Fills in the variables.</summary>
    /// <exception cref="FeedUnavailableException">A variable is missing, or a header cannot be sent.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Expand(
        IReadOnlyDictionary<string, string> headers, Func<string, string?> environment)
    {
        var expanded = new List<KeyValuePair<string, string>>();
        using var probe = new HttpRequestMessage();
        foreach (var (name, template) in headers)
        {
            if (Reserved.Contains(name))
            {
                throw new FeedUnavailableException(
                    $"source.headers must not set '{name}': the download itself needs it. Remove that header.");
            }

            var value = Fill(name, template, environment);
            if (value.Any(c => c is < ' ' or > '~'))
            {
                throw new FeedUnavailableException(
                    $"The value of the header '{name}' (source.headers) holds a line break or another character that HTTP "
                    + "does not allow in headers. "
                    + "Check the definition and the environment variables that it names, and write plain ASCII.");
            }

            if (!probe.Headers.TryAddWithoutValidation(name, value))
            {
                throw new FeedUnavailableException(
                    $"source.headers names '{name}', which is no request header. Correct or remove it.");
            }

            expanded.Add(new(name, value));
        }

        return expanded;
    }

    private static string Fill(string header, string template, Func<string, string?> environment)
    {
        var value = new StringBuilder();
        var at = 0;
        while (template.IndexOf("${", at, StringComparison.Ordinal) is var start and >= 0)
        {
            var end = template.IndexOf('}', start);
            if (end < 0 || end == start + 2)
            {
                throw new FeedUnavailableException(
                    $"The header '{header}' (source.headers) has a '${{' without a variable's name and '}}': write ${{NAME}}.");
            }

            var name = template[(start + 2)..end];
            if (environment(name) is not { Length: > 0 } found)
            {
                throw new FeedUnavailableException(
                    $"The header '{header}' (source.headers) needs the environment variable {name}, which is not set or empty. "
                    + "Set it for the process that runs reshelve.");
            }

            value.Append(template, at, start - at).Append(found);
            at = end + 1;
        }

        return value.Append(template, at, template.Length - at).ToString();
    }
}
