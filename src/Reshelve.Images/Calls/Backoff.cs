using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Reshelve.Images.Calls;

/// <summary>How long to wait before the next try.</summary>
internal static class Backoff
{
    /// <summary>Doubles with every failure; the second half is random, so that many callers do not come back at the same moment.</summary>
    /// <param name="first">The longest wait after the first failure.</param>
    /// <param name="longest">The longest wait at all.</param>
    /// <param name="failures">How many tries have failed so far, from 1.</param>
    public static TimeSpan After(TimeSpan first, TimeSpan longest, int failures)
    {
        const int Steps = 1 << 20;
        var whole = Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, failures - 1));
        return TimeSpan.FromSeconds(whole * (0.5 + (0.5 * RandomNumberGenerator.GetInt32(Steps) / Steps)));
    }

    /// <summary>For how long a server asks to be left alone; null when it does not.</summary>
    public static TimeSpan? Asked(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var wait = headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - now : null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
