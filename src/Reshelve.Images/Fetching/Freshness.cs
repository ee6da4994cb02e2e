using System.Net.Http.Headers;

namespace Reshelve.Images.Fetching;

/// <summary>For how long a server promises that a picture stays as it is (RFC 9111 section 4.2, RFC 8246).</summary>
internal static class Freshness
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>The promise; zero for "ask every time"; null for none.</summary>
    public static TimeSpan? Of(HttpResponseMessage response, DateTimeOffset now)
    {
        var control = response.Headers.CacheControl;
        if (control is not null && (control.NoCache || control.NoStore))
            return TimeSpan.Zero;
        if (control?.MaxAge is { } age)
            return Bounded(age - (response.Headers.Age ?? TimeSpan.Zero));
        if (control is not null && control.Extensions.Any(IsImmutable))
            return Longest;
        // A date that cannot be read, such as "0", is one of the past.
        if (!response.Content.Headers.NonValidated.Contains("Expires"))
            return null;
        return response.Content.Headers.Expires is { } until ? Bounded(until - (response.Headers.Date ?? now)) : TimeSpan.Zero;
    }

    private static bool IsImmutable(NameValueHeaderValue extension) => extension.Name.Equals("immutable", StringComparison.OrdinalIgnoreCase);

    private static TimeSpan Bounded(TimeSpan promise) =>
        promise < TimeSpan.Zero ? TimeSpan.Zero : promise > Longest ? Longest : promise;
}
