using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Reshelve.Tests.OpenSearch.StandIn;

/// <summary>Compares what a real server answered with what the stand-in answers, but for what cannot be equal.</summary>
internal static class AnswerComparison
{
    /// <summary>Members that must be there on both sides, with whatever value, and why.</summary>
    private static readonly Dictionary<string, string> AnyValue = new(StringComparer.Ordinal)
    {
        ["took"] = "a timing",
        ["index_time_in_millis"] = "a timing",
        ["cluster_uuid"] = "drawn when the cluster was made",
        ["index_uuid"] = "drawn when the index was made",
        ["build_hash"] = "the build's",
        ["build_date"] = "the build's",
        ["node"] = "the node's id, drawn when it was set up",
        ["id"] = "a point in time's id, drawn",
        ["store.size"] = "of files that the stand-in does not have",
        ["creation.date"] = "a moment",
        ["completed"] = "of a pool that also did other work",
        ["_score"] = "a rank: the formula is near, not the same",
        ["max_score"] = "a rank",
    };

    /// <summary>Pieces of texts that are taken out on both sides, and why.</summary>
    private static readonly (Regex Piece, string Reason)[] AnyPiece =
    [
        (new(@"(?<=\[[a-z0-9_]+/)[A-Za-z0-9_-]{22}(?=\])"), "an index's id, drawn when it was made"),
        (new("(?<=^rejected execution of ).*(?= on )"), "classes and hash codes of the server's program"),
        (new("@[0-9a-f]+"), "hash codes of the server's program"),
        (new(@"(?<=completed tasks = )\d+"), "of a pool that also did other work"),
    ];

    /// <summary>Members whose only child's name is drawn: it is a node's id.</summary>
    private const string NamedByNode = "nodes";

    /// <summary>What differs, as <c>path: one, not the other</c>.</summary>
    public static IEnumerable<string> Differences(string path, JsonNode? recorded, JsonNode? answered)
    {
        if (recorded is JsonObject members && answered is JsonObject others)
            return OfObjects(path, members, others);
        if (recorded is JsonArray elements && answered is JsonArray given)
        {
            return elements.Count == given.Count
                ? elements.Zip(given).SelectMany((pair, i) => Differences($"{path}[{i}]", pair.First, pair.Second))
                : [$"{path}: {elements.Count} elements, not {given.Count}"];
        }

        return IsSame(recorded, answered) ? [] : [$"{path}: {recorded?.ToJsonString() ?? "null"}, not {answered?.ToJsonString() ?? "null"}"];
    }

    private static IEnumerable<string> OfObjects(string path, JsonObject members, JsonObject others)
    {
        if (path.EndsWith($".{NamedByNode}", StringComparison.Ordinal) && members.Count == 1 && others.Count == 1)
            return Differences($"{path}.*", members.First().Value, others.First().Value);
        var missing = members.Where(member => !others.ContainsKey(member.Key)).Select(member => $"{path}.{member.Key} is missing");
        var added = others.Where(member => !members.ContainsKey(member.Key)).Select(member => $"{path}.{member.Key} is one too many");
        var inner = members.Where(member => others.ContainsKey(member.Key)).SelectMany(member => AnyValue.ContainsKey(member.Key)
            ? (member.Value is null) == (others[member.Key] is null) ? [] : [$"{path}.{member.Key} is there on one side only"]
            : Differences($"{path}.{member.Key}", member.Value, others[member.Key]));
        return missing.Concat(added).Concat(inner);
    }

    private static bool IsSame(JsonNode? recorded, JsonNode? answered)
    {
        if (recorded is null || answered is null || recorded.GetValueKind() != answered.GetValueKind())
            return recorded is null && answered is null;
        return recorded.GetValueKind() switch
        {
            JsonValueKind.Number => double.Parse(recorded.ToJsonString()).Equals(double.Parse(answered.ToJsonString())),
            JsonValueKind.String => Plain(recorded) == Plain(answered),
            _ => JsonNode.DeepEquals(recorded, answered),
        };
    }

    private static string Plain(JsonNode text) => AnyPiece.Aggregate(text.ToString(), (plain, ignored) => ignored.Piece.Replace(plain, "…"));
}
