using Reshelve.Catalogs;
using Reshelve.Indexing;

namespace Reshelve.Contracts.OpenSearch;

/// <summary>Opens the engine that is tried on servers.</summary>
internal static class ServerEngines
{
    /// <summary>An engine over the indexes of one owner; each call gives another one.</summary>
    public static IIndexEngine Open(ClusterSettings settings)
    {
        // return new OpenSearchIndexEngine(settings, "reshelve-contracts", Path.GetTempPath(), TimeProvider.System);
        Assert.Skip($"The engine for servers such as {settings.Urls[0]} is not part of this build.");
        throw new NotSupportedException();
    }
}
