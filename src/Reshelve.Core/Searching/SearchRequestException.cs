using Reshelve.Feeds;

namespace Reshelve.Searching;

/// <summary>
/// A search asks for what cannot be: it names a field that cannot do what is asked of it, or compares with what is no value of
/// it.
/// </summary>
public sealed class SearchRequestException(string message) : ReshelveException(message);
