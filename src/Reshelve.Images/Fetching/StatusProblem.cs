using System.Net;
using Reshelve.Images.Calls;

namespace Reshelve.Images.Fetching;

/// <summary>Turns a response without a picture into its problem.</summary>
internal static class StatusProblem
{
    public static FetchProblem Explain(HttpResponseMessage response, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var said = $"the server answered {ServerText.Status(response)}. {Remedy(response.StatusCode)}";
        if (status is not (408 or 425 or 429 or >= 500))
            return new FetchProblem(said) { IsGone = status is 404 or 410 };
        // Being asked to slow down is no sign of a host that is down.
        return new FetchProblem(said)
        {
            IsTransient = true, MayRetry = true, CountsAgainstHost = status != 429, RetryAfter = Backoff.Asked(response.Headers, now),
        };
    }

    private static string Remedy(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => "It is not there (any more): correct its address in the feed.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "It may not be read from here: ask whoever runs the server for access.",
        HttpStatusCode.TooManyRequests => "It is asked too often: allow fewer requests at a time in 'images', or ask for a higher limit.",
        HttpStatusCode.NotModified => "Nobody asked whether it was modified: ask whoever runs the server.",
        >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or (HttpStatusCode)425 => "The next run asks again.",
        _ => "That answer holds no picture: check its address in the feed, or ask whoever runs the server.",
    };
}
