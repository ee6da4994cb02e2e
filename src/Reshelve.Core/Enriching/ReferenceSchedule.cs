using Reshelve.Catalogs;

namespace Reshelve.Enriching;

/// <summary>When a reference is asked for again.</summary>
internal static class ReferenceSchedule
{
    /// <summary>How long a reference that is never asked for again is kept before it is looked at whether any document has it.</summary>
    public static readonly TimeSpan Upkeep = TimeSpan.FromDays(30);

    /// <summary>A server's promise counts for this many intervals at most.</summary>
    private const int MostIntervals = 7;

    /// <summary>After how long the picture is asked for; null for never.</summary>
    public static TimeSpan? IntervalOf(FieldDefinition field, ImageReference reference) => reference.Version is null ? field.Revalidate : null;

    /// <summary>The shorter of two intervals; never is the longest.</summary>
    public static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null ? other : other is null || one < other ? one : other;

    /// <summary>
    /// The next time: the interval, or what the server promises if that is more, spread by the address over a quarter before and behind, so that
    /// what came in one hour is not asked for again in one hour.
    /// </summary>
    public static DateTimeOffset After(DateTimeOffset now, ImageReference reference, TimeSpan? interval, TimeSpan? promised)
    {
        if (interval is not { } policy)
            return now + Upkeep;
        if (policy == TimeSpan.Zero)
            return NextRun(now);
        var wait = promised is { } age && age > policy ? Min(age, policy * MostIntervals) : policy;
        return now + (wait * (0.75 + (0.5 * Share(reference.Location))));
    }

    /// <summary>When the next run begins, and not this one: later than now by what every store tells apart.</summary>
    public static DateTimeOffset NextRun(DateTimeOffset now) => now + TimeSpan.FromMilliseconds(1);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>A number from 0 to 1 that depends on the address alone (FNV-1a), the same in every process.</summary>
    private static double Share(string location)
    {
        var hash = 2166136261u;
        foreach (var letter in location)
            hash = (hash ^ letter) * 16777619;
        // The last letters hardly reach the upper bits otherwise.
        hash ^= hash >> 15;
        hash *= 0x2c1b3c6d;
        hash ^= hash >> 12;
        return hash / (double)uint.MaxValue;
    }
}
