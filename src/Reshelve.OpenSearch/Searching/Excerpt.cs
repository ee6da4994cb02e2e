using System.Net;
using System.Text;

namespace Reshelve.OpenSearch.Searching;

/// <summary>Turns an excerpt, with two odd characters around what matched, into HTML.</summary>
internal static class Excerpt
{
    // Noncharacters, which no text holds, stand for the marks until the text around them is escaped. (The server trims excerpts, and so takes control characters off
    // their ends.)
    public const char Begin = '\uFDD0';
    public const char End = '\uFDD1';

    /// <summary>The text escaped, with matches between <c>&lt;em&gt;</c> and <c>&lt;/em&gt;</c>; well-formed even where the text holds the odd characters itself.</summary>
    public static string ToHtml(string marked)
    {
        var html = new StringBuilder(marked.Length + 32);
        var isOpen = false;
        var start = 0;
        for (var at = 0; at <= marked.Length; at++)
        {
            if (at < marked.Length && marked[at] is not (Begin or End))
                continue;
            html.Append(WebUtility.HtmlEncode(marked[start..at]));
            start = at + 1;
            var opens = at < marked.Length && marked[at] == Begin;
            if (opens != isOpen)
                html.Append(opens ? "<em>" : "</em>");
            isOpen = opens;
        }

        return html.ToString();
    }
}
