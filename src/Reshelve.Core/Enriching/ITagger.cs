namespace Reshelve.Enriching;

/// <summary>Something that a tagger says of a picture.</summary>
/// <param name="Name">A word or a few; trimmed, at most 200 characters.</param>
/// <param name="Score">How sure it is, 0 to 1.</param>
public readonly record struct Tag(string Name, double Score);

/// <summary>A picture for a tagger.</summary>
/// <param name="Sha256">The SHA-256 of its bytes.</param>
/// <param name="Facts">What it is.</param>
/// <param name="Bytes">Brings its bytes.</param>
public sealed record TaggerPicture(string Sha256, PictureFacts Facts, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> Bytes);

/// <summary>What a tagger said of one picture.</summary>
/// <param name="Tags">The tags; null when there is an error.</param>
/// <param name="Error">Why it could not be tagged, for people.</param>
/// <param name="IsTransient">Whether the next try may succeed: then it is owed, otherwise the picture has no tags.</param>
public sealed record TagResult(IReadOnlyList<Tag>? Tags, string? Error = null, bool IsTransient = false);

/// <summary>
/// Turns pictures into tags. Thread-safe; it bounds its calls itself (concurrency, rate, retries, circuit breaker). It never throws for what a
/// picture or a model does: that is in the results.
/// </summary>
public interface ITagger
{
    /// <summary>Its name, part of the key of what it said.</summary>
    string Name { get; }

    /// <summary>Its version: with another one, every picture is tagged again.</summary>
    string Version { get; }

    /// <summary>How many pictures one call takes at most.</summary>
    int BatchSize { get; }

    /// <summary>Tags pictures.</summary>
    /// <param name="pictures">At most <see cref="BatchSize"/>.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One result per picture, in order.</returns>
    Task<IReadOnlyList<TagResult>> TagAsync(IReadOnlyList<TaggerPicture> pictures, CancellationToken cancellationToken);
}
