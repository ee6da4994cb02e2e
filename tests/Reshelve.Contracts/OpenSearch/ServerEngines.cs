using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.OpenSearch;

namespace Reshelve.Contracts.OpenSearch;

/// <summary>Opens the engine that is tried on servers.</summary>
internal static class ServerEngines
{
    /// <summary>An engine over the indexes of one owner; each call gives another one.</summary>
    public static IIndexEngine Open(ClusterSettings settings) =>
        new OpenSearchIndexEngine(settings, "reshelve-contracts", Path.GetTempPath(), TimeProvider.System);
}
