namespace Reshelve.Feeds;

/// <summary>
/// An error that an operator can act on: its message names the thing, the place and the way out. Shown without a stack trace.
/// </summary>
public class ReshelveException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The feed ends too early or contradicts what it says of itself: nothing may be concluded from what it lacks.</summary>
public sealed class FeedIncompleteException(string message, Exception? inner = null) : ReshelveException(message, inner);

/// <summary>The feed must not be read: it is not what the definition says, or it would do harm.</summary>
public sealed class FeedRefusedException(string message, Exception? inner = null) : ReshelveException(message, inner);

/// <summary>The feed could not be had: no such file, no answer, an error from the server.</summary>
public sealed class FeedUnavailableException(string message, Exception? inner = null) : ReshelveException(message, inner);
