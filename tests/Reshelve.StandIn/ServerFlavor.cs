namespace Reshelve.StandIn;

/// <summary>Which product and version the stand-in answers as, and all in which their answers differ.</summary>
/// <param name="IsOpenSearch">OpenSearch rather than Elasticsearch.</param>
/// <param name="Version">Its version.</param>
/// <param name="IsOpen">The distribution of Elasticsearch without the extensions: no point in time.</param>
public sealed record ServerFlavor(bool IsOpenSearch, Version Version, bool IsOpen = false)
{
    public static ServerFlavor Elasticsearch7 { get; } = new(false, new(7, 17, 6));

    public static ServerFlavor Elasticsearch710 { get; } = new(false, new(7, 10, 2), IsOpen: true);

    public static ServerFlavor Elasticsearch8 { get; } = new(false, new(8, 19, 0));

    public static ServerFlavor Elasticsearch9 { get; } = new(false, new(9, 1, 0));

    public static ServerFlavor OpenSearch1 { get; } = new(true, new(1, 3, 20));

    public static ServerFlavor OpenSearch2 { get; } = new(true, new(2, 19, 0));

    public static ServerFlavor OpenSearch3 { get; } = new(true, new(3, 1, 0));

    /// <summary>Whether documents come with <c>"_type":"_doc"</c>.</summary>
    internal bool HasTypes => Version.Major < (IsOpenSearch ? 2 : 8);

    /// <summary>The product names itself in a header from 7.14 on.</summary>
    internal bool NamesItself => !IsOpenSearch && Version >= new Version(7, 14);

    /// <summary>Whether a document that cannot be read is refused with its place in front and under the newer name.</summary>
    internal bool SaysDocumentParsing => !IsOpenSearch && Version >= new Version(8, 7);

    /// <summary>Where a point in time is opened: <c>_pit</c>, <c>_search/point_in_time</c>, or nowhere.</summary>
    internal bool HasPointInTime => IsOpenSearch ? Version >= new Version(2, 4) : !IsOpen && Version >= new Version(7, 10);

    /// <summary>Whether the removal of an alias can be told to fail where there is none.</summary>
    internal bool KnowsMustExist => Version >= (IsOpenSearch ? new Version(2, 12) : new Version(7, 11));

    /// <summary>The type of a rejection by a full queue.</summary>
    internal string RejectedType => IsOpenSearch ? "rejected_execution_exception" : "es_rejected_execution_exception";

    /// <summary>Where the product's classes are.</summary>
    internal string Package => IsOpenSearch ? "org.opensearch" : "org.elasticsearch";

    /// <summary>The class of a rejection's queue, as its reason names it.</summary>
    internal string RejectedBy => IsOpenSearch ? "OpenSearchThreadPoolExecutor" : "EsThreadPoolExecutor";
}
