using System.Globalization;
using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>Addresses of nodes, or a single one.</summary>
internal sealed class NodesKind : ValueKind<IReadOnlyList<Uri>>
{
    private const string Remedy = "Write addresses such as [https://es1.internal:9200, https://es2.internal:9200]";

    public override IReadOnlyList<Uri> Read(YamlNode node, IReadOnlyList<Uri> current, string path, DefinitionReading reading)
    {
        var nodes = new List<Uri>();
        var items = node is YamlList list ? list.Items : [node];
        for (var i = 0; i < items.Count; i++)
        {
            var at = node is YamlList ? $"{path}[{i}]" : path;
            if (reading.Text(items[i], at, Remedy) is not { } text)
                continue;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !Feeds.SafeAddress.IsHttp(address))
                reading.Error(items[i], at, "is no http(s) address", Remedy);
            else if (address.UserInfo.Length > 0)
                reading.Error(items[i].Line, items[i].Column, at, null, "holds a user or password", SecretKind.Remedy);
            else if (address.Query.Length > 0 || address.Fragment.Length > 0)
                reading.Error(items[i], at, "has more than a scheme, a host, a port and a path", Remedy);
            else if (nodes.Contains(address))
                reading.Error(items[i], at, "is written twice", "Keep one of them");
            else
                nodes.Add(address);
        }

        if (items.Count == 0)
            reading.Error(node, path, "is empty", Remedy);
        return nodes.Count > 0 ? nodes : current;
    }

    public override JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray(Item(), new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = Item() }),
    };

    private static JsonObject Item() => new() { ["type"] = "string", ["format"] = "uri" };
}

/// <summary>What must not be written in a file that is shared and versioned. Its value is never shown.</summary>
internal sealed class SecretKind : ValueKind<SecretPlace?>
{
    public const string Remedy = "Put it into an environment variable or a file, and name that: 'password from: ES_PASSWORD' or 'password file: /run/secrets/es'";

    public override SecretPlace? Read(YamlNode node, SecretPlace? current, string path, DefinitionReading reading)
    {
        reading.Error(node.Line, node.Column, path, null, "is a secret, which is never written in reshelve.yaml", Remedy);
        return null;
    }

    public override JsonObject Schema() => new() { ["not"] = new JsonObject() };
}

/// <summary>The name of an environment variable. What is none may be the secret itself, written in the wrong place, and is not shown.</summary>
internal sealed class VariableKind : ValueKind<string?>
{
    private const string Remedy = "Write the name of a variable, such as ES_PASSWORD; if this is the secret itself, it should be changed, as it stood in a file";

    public override string? Read(YamlNode node, string? current, string path, DefinitionReading reading)
    {
        if (reading.Text(node, path, Remedy) is not { } text)
            return current;
        if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(text[0]))
            return text;
        reading.Error(node.Line, node.Column, path, null, "is not the name of a variable", Remedy);
        return current;
    }

    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = "^[A-Za-z_][A-Za-z0-9_]*$" };
}

/// <summary>A whole number, or <c>auto</c>.</summary>
internal sealed class AutoKind(int least, int most) : ValueKind<int?>
{
    private readonly WholeKind _number = new(least, most);

    public override int? Read(YamlNode node, int? current, string path, DefinitionReading reading) =>
        node is YamlScalar { Value: "auto" } ? null : _number.Read(node, current ?? least, path, reading);

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(_number.Schema(), new JsonObject { ["const"] = "auto" }) };
}

/// <summary>How many a second.</summary>
internal sealed class CountKind(string noun) : ValueKind<long?>
{
    public override long? Read(YamlNode node, long? current, string path, DefinitionReading reading)
    {
        var remedy = $"Write how many {noun} a second, such as 5000";
        if (reading.Text(node, path, remedy) is not { } text)
            return current;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            return number;
        reading.Error(node, path, "is no whole number above 0", remedy);
        return current;
    }

    public override JsonObject Schema() => new() { ["type"] = "integer", ["minimum"] = 1 };
}
