using System.Text.Json.Nodes;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

/// <summary><c>script_score</c> with the one script that is known: <c>cosineSimilarity(params.q, 'field') + 1.0</c>.</summary>
internal sealed class CosineQuery(Query inner, string field, float[] wanted) : Query
{
    public static CosineQuery Of(Query inner, JsonNode script)
    {
        const string Opening = "cosineSimilarity(params.";
        const string Closing = "') + 1.0";
        var source = script["source"]!.ToString();
        var parts = source.StartsWith(Opening, StringComparison.Ordinal) && source.EndsWith(Closing, StringComparison.Ordinal)
            ? source[Opening.Length..^Closing.Length].Split(", '")
            : [];
        if (parts.Length != 2)
            throw Refusal.Unsupported($"the script {source}");
        return new(inner, parts[1], [.. script["params"]![parts[0]]!.AsArray().Select(number => (float)number!)]);
    }

    public override double? Score(StoredDocument document)
    {
        if (!inner.Matches(document) || document.Content(field)?.Vector is not { Length: > 0 } vector)
            return null;
        var (product, one, other) = (0.0, 0.0, 0.0);
        for (var i = 0; i < vector.Length; i++)
        {
            product += vector[i] * wanted[i];
            one += vector[i] * vector[i];
            other += wanted[i] * wanted[i];
        }

        return Boost * (product / Math.Sqrt(one * other) + 1);
    }
}
