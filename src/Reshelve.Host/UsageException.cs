namespace Reshelve.Host;

/// <summary>What was asked for cannot be done as asked: a wrong argument, a name that does not exist.</summary>
internal sealed class UsageException(string message) : Exception(message);
