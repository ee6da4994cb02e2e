namespace Reshelve.Feeds;

/// <summary>A download failed in a way that may pass: it is worth another try.</summary>
internal sealed class TransferException(string problem, Exception? inner = null) : Exception(problem, inner)
{
    /// <summary>Whether the feed began to arrive and broke off.</summary>
    public bool BrokeOff { get; init; }

    /// <summary>How long the server asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What would help if it does not pass.</summary>
    public required string Remedy { get; init; }

    /// <summary>What to show once all tries are used up.</summary>
    public ReshelveException GiveUp(string address, int tries)
    {
        var message = $"The feed at {address} could not be had in {tries} {(tries == 1 ? "try" : "tries")}: {Message} {Remedy}";
        return BrokeOff
            ? new FeedIncompleteException(message, InnerException)
            : new FeedUnavailableException(message, InnerException);
    }
}
