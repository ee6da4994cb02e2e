using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Reshelve.StandIn.Http;

/// <summary>
/// <c>filter_path</c>: keeps of an answer what one of the paths names, such as <c>items.*.error</c>, <c>**.total</c> or <c>took</c>; a path that begins with a dash leaves
/// out. Lists are passed through: their elements are looked at as if each stood in the list's place.
/// </summary>
internal static class FilterPath
{
    public static JsonNode? Apply(JsonNode? answer, string filter)
    {
        if (filter.Length == 0 || answer is null)
            return answer;
        var paths = filter.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var kept = paths.Where(path => path[0] != '-').Select(path => path.Split('.')).ToList();
        var left = paths.Where(path => path[0] == '-').Select(path => path[1..].Split('.')).ToList();
        var result = kept.Count == 0 ? answer.DeepClone() : Keep(answer, kept) ?? new JsonObject();
        if (left.Count > 0)
            Leave(result, left);
        return result;
    }

    private static JsonNode? Keep(JsonNode? node, List<string[]> paths)
    {
        if (paths.Any(path => path.Length == 0))
            return node?.DeepClone();
        switch (node)
        {
            case JsonObject members:
                var kept = new JsonObject();
                foreach (var (name, value) in members)
                {
                    var further = Further(paths, name);
                    if (further.Count == 0)
                        continue;
                    if (further.Any(path => path.Length == 0))
                        kept[name] = value?.DeepClone();
                    else if (Keep(value, further) is { } part)
                        kept[name] = part;
                }

                return kept.Count == 0 ? null : kept;
            case JsonArray elements:
                var parts = elements.Select(element => Keep(element, paths)).OfType<JsonNode>().ToArray();
                return parts.Length == 0 ? null : new JsonArray(parts);
            case JsonValue value when value.TryGetValue<RawJson>(out var raw):
                return Keep(JsonNode.Parse(raw.Bytes.Span), paths);
            default:
                return null;
        }
    }

    private static void Leave(JsonNode? node, List<string[]> paths)
    {
        if (node is JsonArray elements)
        {
            foreach (var element in elements)
                Leave(element, paths);
        }

        if (node is not JsonObject members)
            return;
        foreach (var name in members.Select(member => member.Key).ToList())
        {
            var further = Further(paths, name);
            if (further.Any(path => path.Length == 0))
                members.Remove(name);
            else if (further.Count > 0)
                Leave(members[name], further);
        }
    }

    /// <summary>What of the paths remains behind a member of this name; an empty one ends here.</summary>
    private static List<string[]> Further(List<string[]> paths, string name)
    {
        var further = new List<string[]>();
        foreach (var path in paths)
        {
            if (path.Length == 0)
                continue;
            if (path[0] == "**")
            {
                further.Add(path);
                if (path.Length > 1 && IsNamed(path[1], name))
                    further.Add(path[2..]);
            }
            else if (IsNamed(path[0], name))
            {
                further.Add(path[1..]);
            }
        }

        return further;
    }

    private static bool IsNamed(string pattern, string name) => pattern == "*" || pattern == name
        || (pattern.Contains('*') && Regex.IsMatch(name, $"^{Regex.Escape(pattern).Replace("\\*", ".*")}$", RegexOptions.Singleline));
}
