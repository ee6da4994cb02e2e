using System.Text.Json;

namespace Reshelve.Images.Tagging;

/// <summary>
/// Reads a list of tags as models write them: objects with a name and a score, plain words, or an object of scores by name.
/// </summary>
internal static class TagList
{
    private static readonly string[] Names = ["name", "tag", "label"];
    private static readonly string[] Scores = ["score", "confidence"];

    /// <summary>The tags; null for what is no such list.</summary>
    public static IReadOnlyList<(string Name, double Score)>? Read(JsonElement list) => list.ValueKind switch
    {
        JsonValueKind.Array => ReadAll(list.EnumerateArray().Select(One)),
        JsonValueKind.Object => ReadScores(list),
        _ => null,
    };

    /// <summary>One that cannot be understood costs the others nothing, but a list of nothing else is none.</summary>
    private static List<(string Name, double Score)>? ReadAll(IEnumerable<(string Name, double Score)?> items)
    {
        var all = items.ToList();
        var read = all.OfType<(string Name, double Score)>().ToList();
        return read.Count == 0 && all.Count > 0 ? null : read;
    }

    /// <summary>All of its members are scores, or it is something else.</summary>
    private static List<(string Name, double Score)>? ReadScores(JsonElement scores)
    {
        var read = new List<(string Name, double Score)>();
        foreach (var member in scores.EnumerateObject())
        {
            if (Number(member.Value) is not { } score)
                return null;
            read.Add((member.Name, score));
        }

        return read.Count == 0 ? null : read;
    }

    private static (string Name, double Score)? One(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String)
            return (item.GetString()!, 1);
        if (item.ValueKind != JsonValueKind.Object || Member(item, Names) is not { ValueKind: JsonValueKind.String } name)
            return null;
        return Member(item, Scores) is not { } score ? (name.GetString()!, 1) : Number(score) is { } number ? (name.GetString()!, number) : null;
    }

    private static JsonElement? Member(JsonElement item, string[] names)
    {
        foreach (var name in names)
        {
            if (item.TryGetProperty(name, out var value))
                return value;
        }

        return null;
    }

    /// <summary>Numbers beyond a double's range come as infinity.</summary>
    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;
}
