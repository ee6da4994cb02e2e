namespace Reshelve.OpenSearch.Indexing;

/// <summary>What our indexes and aliases are called on the server: a prefix, then our own name.</summary>
/// <param name="prefix">The prefix of the workspace; may be empty.</param>
internal sealed class ServerNames(string prefix)
{
    private const string WriteSuffix = ".w";

    /// <summary>The server's name of an index or alias of ours.</summary>
    public string Of(string name) => prefix + name;

    /// <summary>Our name of an index; what lacks the prefix keeps its own.</summary>
    public string Ours(string serverName) => serverName.StartsWith(prefix, StringComparison.Ordinal) ? serverName[prefix.Length..] : serverName;

    /// <summary>The alias that an index is written through: it goes when the index goes, so that a late write makes no index of that name.</summary>
    /// <param name="serverName">The index, as the server knows it.</param>
    public static string WriteAliasOf(string serverName) => serverName + WriteSuffix;

    /// <summary>A name as part of an address.</summary>
    public static string Escape(string serverName) => Uri.EscapeDataString(serverName);
}
