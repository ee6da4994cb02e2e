using System.Text.Json;
using System.Text.RegularExpressions;
using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>What a cluster is, and all in which products and versions differ.</summary>
/// <param name="IsOpenSearch">OpenSearch rather than Elasticsearch.</param>
/// <param name="Version">Its version.</param>
internal sealed partial record ServerProduct(bool IsOpenSearch, Version Version)
{
    /// <summary>The oldest Elasticsearch that knows <c>require_alias</c>.</summary>
    private static readonly Version OldestElasticsearch = new(7, 10);

    private static readonly Version OldestOpenSearch = new(1, 0);

    /// <summary>What an OpenSearch says of itself whose setting <c>compatibility.override_main_response_version</c> is on.</summary>
    private static readonly Version Pretended = new(7, 10, 2);

    /// <summary>
    /// Reads what a server answers to <c>GET /</c>. An OpenSearch that poses as Elasticsearch 7.10.2, for clients that would not speak to it otherwise, leaves its distribution out too, but not its
    /// tagline; it is taken for the oldest version, whose calls all others know.
    /// </summary>
    /// <exception cref="ReshelveException">It is no search server, or too old.</exception>
    public static ServerProduct Of(ServerAnswer answer)
    {
        if (!answer.IsSuccess)
            throw NoServer(answer, $"it answers {answer.Status} ({ServerError.Read(answer.Body).Reason})");
        if (Read(answer) is not { } product)
            throw NoServer(answer, $"it says '{ServerError.Read(answer.Body).Reason}'");
        var oldest = product.IsOpenSearch ? OldestOpenSearch : OldestElasticsearch;
        return product.Version >= oldest
            ? product
            : throw new ReshelveException(
                $"{answer.Node} is {product}, which is too old: Elasticsearch 7.10 and later and OpenSearch 1.0 and later are supported. Upgrade it, or set 'urls' to another cluster.");
    }

    /// <summary>For messages.</summary>
    public override string ToString() => $"{(IsOpenSearch ? "OpenSearch" : "Elasticsearch")} {Version}";

    private static ServerProduct? Read(ServerAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Object)
                return null;
            var tagline = Text(root, "tagline");
            var isOpenSearch = Text(version, "distribution") == "opensearch" || tagline.Contains("OpenSearch", StringComparison.Ordinal);
            if (!isOpenSearch && tagline != "You Know, for Search")
                return null;
            // "8.0.0-rc1", "3.0.0-SNAPSHOT".
            if (!System.Version.TryParse(Numbers().Match(Text(version, "number")).Value, out var number))
                return null;
            return new ServerProduct(isOpenSearch, isOpenSearch && number == Pretended ? OldestOpenSearch : number);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static ReshelveException NoServer(ServerAnswer answer, string why) =>
        new($"{answer.Node} is neither Elasticsearch nor OpenSearch: {why}. Set 'urls' under 'index' in reshelve.yaml to the cluster's own addresses.");

    [GeneratedRegex(@"^\d+\.\d+(\.\d+)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbers();
}
