namespace Reshelve.Images.Tagging;

/// <summary>Why a call of a tagger brought no tags.</summary>
/// <param name="said">A sentence for people, with its full stop.</param>
/// <param name="cause">What was thrown below.</param>
internal sealed class TaggerProblem(string said, Exception? cause = null) : Exception(said, cause)
{
    /// <summary>Whether it is worth another try at once.</summary>
    public bool MayRetry { get; init; }

    /// <summary>Whether the tagger speaks of what was sent, not of itself: alone, another picture may pass.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>Whether it will say the same of these pictures the next time.</summary>
    public bool IsLasting { get; init; }

    /// <summary>Whether the circuit breaker counts it.</summary>
    public bool Counts { get; set; }

    /// <summary>For how long the tagger asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the tagger said in its own words; may be empty.</summary>
    public string Words { get; init; } = "";

    /// <summary>A fault of the tagger or the way to it.</summary>
    public static TaggerProblem Passing(string said, Exception? cause = null) => new(said, cause) { MayRetry = true, Counts = true };
}
