using System.Net;
using Reshelve.Feeds;

namespace Reshelve.Images.Fetching;

/// <summary>Where a redirect leads; never from https to http.</summary>
internal static class Redirect
{
    /// <summary>Whether a response is one.</summary>
    public static bool IsOne(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>The next address.</summary>
    /// <param name="address">The address that redirects.</param>
    /// <param name="response">Its response.</param>
    /// <param name="redirects">How many there were before.</param>
    /// <param name="most">How many there may be.</param>
    /// <exception cref="FetchProblem">It leads nowhere, or where it must not.</exception>
    public static Uri Next(Uri address, HttpResponseMessage response, int redirects, int most)
    {
        if (redirects >= most)
            throw FetchProblem.Lasting($"the server redirects more than {most} times, last at {SafeAddress.Of(address)}.");
        if (response.Headers.Location is not { } location || !Uri.TryCreate(address, location, out var next))
            throw FetchProblem.Lasting($"the server redirects ({(int)response.StatusCode}) without saying where to.");
        if (!SafeAddress.IsHttp(next) || next.Host.Length == 0)
            throw FetchProblem.Lasting($"the server redirects to '{next.Scheme}:', which is neither http nor https.");
        if (address.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp)
        {
            throw FetchProblem.Lasting(
                $"the server redirects from https to {SafeAddress.Of(next)}, which anyone on the way could read and change.");
        }

        return new UriBuilder(next) { UserName = "", Password = "", Fragment = "" }.Uri;
    }
}
