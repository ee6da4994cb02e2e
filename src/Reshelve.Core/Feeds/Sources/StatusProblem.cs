using System.Net;

namespace Reshelve.Feeds;

/// <summary>Turns a response that holds no feed into an error: one worth another try, or one that says what to do.</summary>
internal static class StatusProblem
{
    public static Exception Explain(HttpResponseMessage response, Uri source, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var said = $"the server answered {status}{Reason(response)}.";
        if (status is 408 or 425 or 429 or >= 500)
        {
            return new TransferException(said)
            {
                RetryAfter = RetryAfter(response, now),
                Remedy = status == 429
                    ? "It is asked too often: ask for a higher limit, or run this catalog less often."
                    : "Ask whoever runs the server, or try later.",
            };
        }

        return new FeedUnavailableException(
            $"The feed at {SafeAddress.Of(source)} could not be had: {said} {Remedy(response)}{Elsewhere(response, source)}");
    }

    private static string Reason(HttpResponseMessage response)
    {
        // The server chooses this text, and it goes to a terminal.
        var reason = new string([.. (response.ReasonPhrase ?? "").Where(c => c is >= ' ' and <= '~').Take(60)]).Trim();
        return reason.Length == 0 ? "" : $" ({reason})";
    }

    private static string Remedy(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized =>
            "It wants credentials, or other ones: set them in source.headers, for example Authorization: Bearer ${SHOP_TOKEN}, "
            + "and that variable.",
        HttpStatusCode.Forbidden =>
            "The credentials sent (source.headers), or this machine's address, may not read it: ask whoever runs the server "
            + "for access.",
        HttpStatusCode.NotFound => "Check source.url (upper and lower case count), or ask the supplier where the feed is now.",
        HttpStatusCode.Gone => "It was withdrawn for good: ask the supplier for the new address and set source.url.",
        HttpStatusCode.ProxyAuthenticationRequired => "The proxy wants credentials: set them in HTTPS_PROXY or HTTP_PROXY.",
        HttpStatusCode.UnavailableForLegalReasons => "Ask the supplier for access.",
        _ when response.IsSuccessStatusCode => "That answer holds no feed: check source.url, or ask whoever runs the server.",
        _ => "Check source.url and source.headers, or ask whoever runs the server.",
    };

    private static string Elsewhere(HttpResponseMessage response, Uri source) =>
        response.RequestMessage?.RequestUri is { } last && !SafeAddress.SameOrigin(last, source)
            ? $" (It redirected to {SafeAddress.Of(last)}; source.headers are sent only to the scheme, host and port of "
                + "source.url.)"
            : "";

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var wait = response.Headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - now : null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
