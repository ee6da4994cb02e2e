namespace Reshelve.Images.Fetching;

/// <summary>Why one request brought no picture.</summary>
/// <param name="said">After "could not be had: ", as a sentence with its full stop.</param>
/// <param name="cause">What was thrown below.</param>
internal sealed class FetchProblem(string said, Exception? cause = null) : Exception(said, cause)
{
    /// <summary>Whether the next run may have it.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether the server says that the picture is not there (any more).</summary>
    public bool IsGone { get; init; }

    /// <summary>Whether it is worth another try at once.</summary>
    public bool MayRetry { get; init; }

    /// <summary>Whether it speaks against the whole host, so that its circuit breaker counts it.</summary>
    public bool CountsAgainstHost { get; init; }

    /// <summary>For how long the server asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A fault of the server or the way to it.</summary>
    public static FetchProblem Passing(string said, Exception? cause = null, bool mayRetry = true) =>
        new(said, cause) { IsTransient = true, MayRetry = mayRetry, CountsAgainstHost = true };

    /// <summary>Another request would bring the same.</summary>
    public static FetchProblem Lasting(string said, Exception? cause = null) => new(said, cause);
}
