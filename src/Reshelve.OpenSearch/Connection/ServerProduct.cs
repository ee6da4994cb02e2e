namespace Reshelve.OpenSearch.Connection;

/// <summary>What a cluster is, and all in which products and versions differ.</summary>
/// <param name="IsOpenSearch">OpenSearch rather than Elasticsearch.</param>
/// <param name="Version">Its version.</param>
internal sealed record ServerProduct(bool IsOpenSearch, Version Version)
{
    /// <summary>For messages.</summary>
    public override string ToString() => $"{(IsOpenSearch ? "OpenSearch" : "Elasticsearch")} {Version}";
}
