namespace Reshelve.Enriching;

/// <summary>Where a record's picture is, and which version of it the record speaks of.</summary>
/// <param name="Location">An http(s) address, or a path relative to the feed, as delivered.</param>
/// <param name="Version">The value of the field that the definition names for it; null when it names none.</param>
public sealed record ImageReference(string Location, string? Version = null);

/// <summary>What is known of a reference.</summary>
public sealed record ReferenceState
{
    /// <summary>The reference.</summary>
    public required ImageReference Reference { get; init; }

    /// <summary>The SHA-256 of the picture's bytes, 64 lower-case hexadecimal digits; null when it was never had.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The validator to ask with, as sent.</summary>
    public string? ETag { get; init; }

    /// <summary>The date to ask with, as sent; for a file its size and time.</summary>
    public string? LastModified { get; init; }

    /// <summary>When it was last asked for.</summary>
    public DateTimeOffset Checked { get; init; }

    /// <summary>When it is to be asked for again; <see cref="DateTimeOffset.MaxValue"/> for never.</summary>
    public DateTimeOffset Due { get; init; }

    /// <summary>After how long it is asked for again; null when it never is: when it is due, only whether a document still has it is looked at.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>How often in a row it could not be had.</summary>
    public int Failures { get; init; }

    /// <summary>Why it could not be had; null when it could.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the error is one that may be gone the next time.</summary>
    public bool IsTransient { get; init; }

    /// <summary>A hash of the limits and allowed hosts under which it was refused for good; null when it was not. Under others it is tried at once.</summary>
    public string? RefusedUnder { get; init; }

    /// <summary>
    /// The number of the change that last altered what a document shows of it: another picture, or, where there is none, whether it failed and
    /// whether for good. The store gives it.
    /// </summary>
    public long Changed { get; init; }
}
