using System.Security.Cryptography;

namespace Reshelve.Feeds;

/// <summary>How long to wait before the next try.</summary>
internal static class RetryDelay
{
    private const double Longest = 60;

    /// <summary>A server may ask for more patience than this, but an hourly run cannot sit and wait for it.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    /// <summary>
    /// 1, 2, 4 … 60 s, of which the second half is random, so that many catalogs do not come back to a struggling server at the
    /// same moment. What the server asks for is honoured instead, within reason.
    /// </summary>
    /// <param name="failures">How many tries have failed so far, from 1.</param>
    /// <param name="asked">What the server asked for.</param>
    public static TimeSpan Next(int failures, TimeSpan? asked)
    {
        if (asked is { } wait)
            return wait < LongestAsked ? wait : LongestAsked;
        const int Steps = 1 << 20;
        var whole = Math.Min(Longest, Math.Pow(2, failures - 1));
        return TimeSpan.FromSeconds(whole * (0.5 + (0.5 * RandomNumberGenerator.GetInt32(Steps) / Steps)));
    }
}
