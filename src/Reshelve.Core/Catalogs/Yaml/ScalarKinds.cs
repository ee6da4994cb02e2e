using System.Globalization;
using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>Some text that a rule may restrict.</summary>
/// <param name="remedy">What to write.</param>
/// <param name="problem">What is wrong with a text, or null.</param>
internal sealed class TextKind(string remedy, Func<string, string?>? problem = null) : ValueKind<string?>
{
    public override string? Read(YamlNode node, string? current, string path, DefinitionReading reading)
    {
        if (reading.Text(node, path, remedy) is not { } text)
            return current;
        var found = text.Length == 0 ? "is empty" : problem?.Invoke(text);
        if (text.Any(char.IsControl))
            found = "contains a control character";
        if (found is null)
            return text;
        reading.Error(node, path, found, remedy);
        return current;
    }

    public override JsonObject Schema() => new() { ["type"] = "string", ["minLength"] = 1 };
}

/// <summary>One of several words.</summary>
internal sealed class ChoiceKind<T>(string noun, params (string Name, T Value, string Doc)[] choices) : ValueKind<T>
{
    public override T Read(YamlNode node, T current, string path, DefinitionReading reading)
    {
        if (node is YamlScalar { Value: var written })
        {
            foreach (var choice in choices)
            {
                if (choice.Name == written)
                    return choice.Value;
            }
        }

        // Made only now: definitions without errors are the ones that are read at every start.
        var names = choices.Select(c => c.Name).Where(name => !string.IsNullOrWhiteSpace(name)).ToArray();
        if (reading.Text(node, path, $"Write one of {string.Join(", ", names)}") is { } text)
            reading.Error(node, path, $"is none of the {noun}", Spelling.Suggest(text, names, noun));
        return current;
    }

    public override JsonObject Schema() => new()
    {
        ["enum"] = new JsonArray([.. choices.Select(c => JsonValue.Create(c.Name))]),
        // Not of the standard: what the common editors show beside each choice.
        ["markdownEnumDescriptions"] = new JsonArray([.. choices.Select(c => JsonValue.Create(c.Doc))]),
    };
}

/// <summary>Yes or no.</summary>
internal sealed class FlagKind : ValueKind<bool>
{
    public override bool Read(YamlNode node, bool current, string path, DefinitionReading reading)
    {
        const string remedy = "Write true or false";
        if (reading.Text(node, path, remedy) is not { } text)
            return current;
        if (node is YamlScalar { Plain: true } && text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
            return text[0] is 't' or 'T';
        reading.Error(node, path, "is neither true nor false", remedy);
        return current;
    }

    public override JsonObject Schema() => new() { ["type"] = "boolean" };
}

/// <summary>A whole number between two bounds, both included.</summary>
internal sealed class WholeKind(int least, int most) : ValueKind<int>
{
    public override int Read(YamlNode node, int current, string path, DefinitionReading reading)
    {
        var remedy = $"Write a whole number from {least} to {most}";
        if (reading.Text(node, path, remedy) is not { } text)
            return current;
        var read = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        if (read && number >= least && number <= most)
            return number;
        reading.Error(node, path, $"is not a whole number from {least} to {most}", remedy);
        return current;
    }

    public override JsonObject Schema() => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };
}

/// <summary>A number above zero.</summary>
internal sealed class FactorKind(double most) : ValueKind<double>
{
    public override double Read(YamlNode node, double current, string path, DefinitionReading reading)
    {
        var remedy = $"Write a number above 0 and up to {most}, such as 2";
        if (reading.Text(node, path, remedy) is not { } text)
            return current;
        var read = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        if (read && number > 0 && number <= most)
            return number;
        reading.Error(node, path, $"is not a number above 0 and up to {most}", remedy);
        return current;
    }

    public override JsonObject Schema() => new() { ["type"] = "number", ["exclusiveMinimum"] = 0, ["maximum"] = most };
}

/// <summary>The way to a value inside a record.</summary>
internal sealed class PathKind(string remedy) : ValueKind<FieldPath?>
{
    public override FieldPath? Read(YamlNode node, FieldPath? current, string path, DefinitionReading reading)
    {
        if (reading.Text(node, path, remedy) is not { } text)
            return current;
        if (!FieldPath.TryParse(text, out var found, out var problem))
            reading.Error(node, path, $"is not a field path: {problem}", remedy);
        else if (found.Segments.Count > Feeds.FeedLimits.Depth)
            reading.Error(
                node,
                path,
                $"goes deeper than {Feeds.FeedLimits.Depth} levels",
                "Shorten the path: records that nest deeper are rejected");
        else
            return found;
        return current;
    }

    public override JsonObject Schema() => new() { ["type"] = "string", ["minLength"] = 1 };
}
