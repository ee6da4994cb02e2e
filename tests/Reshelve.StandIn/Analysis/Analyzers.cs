using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Reshelve.StandIn.Analysis;

/// <summary>The analyzers of one index: those that every server has, and those of its settings.</summary>
/// <param name="analysis">What the settings hold under <c>index.analysis</c>; null: nothing.</param>
internal sealed class Analyzers(JsonObject? analysis)
{
    private readonly Dictionary<string, Analyzer> _made = new(StringComparer.Ordinal);

    /// <summary>Makes all of the settings' analyzers.</summary>
    /// <exception cref="Refusal">One cannot be made.</exception>
    public void MakeAll()
    {
        foreach (var (name, _) in analysis?["analyzer"] as JsonObject ?? [])
            _ = this[name];
    }

    /// <exception cref="Refusal">There is none of that name.</exception>
    public Analyzer this[string name] => _made.TryGetValue(name, out var made) ? made : _made[name] = Make(name);

    private Analyzer Make(string name)
    {
        if (analysis?["analyzer"]?[name] is JsonObject custom)
            return Custom(name, custom);
        return name switch
        {
            "default" or "standard" => new(Tokenizers.Standard, [Lower]),
            "simple" => new(Tokenizers.Standard, [Lower]),
            "whitespace" => new(Tokenizers.Whitespace, []),
            "keyword" => new(Tokenizers.Keyword, []),
            _ => throw Refusal.BadArgument($"analyzer [{name}] has not been configured in mappings"),
        };
    }

    private Analyzer Custom(string name, JsonObject definition)
    {
        if (definition["char_filter"] is JsonArray { Count: > 0 })
            throw Refusal.Unsupported("character filters");
        if (definition["type"]?.ToString() is { } type and not "custom")
            return type is "standard" or "whitespace" or "keyword" ? Make(type) : throw Refusal.Unsupported($"analyzers of type {type}");
        var filters = definition["filter"] switch
        {
            JsonArray several => several.Select(filter => Filter(filter!.ToString())),
            JsonValue one => [Filter(one.ToString())],
            _ => [],
        };
        var tokenizer = definition["tokenizer"]?.ToString() ?? "standard";
        return new(Tokenizer(tokenizer) ?? throw Refusal.BadArgument($"Custom Analyzer [{name}] failed to find tokenizer under name [{tokenizer}]"), [.. filters]);
    }

    private Func<string, IEnumerable<(int Start, int End)>>? Tokenizer(string name)
    {
        var definition = analysis?["tokenizer"]?[name];
        return (definition?["type"]?.ToString() ?? name) switch
        {
            "standard" => Tokenizers.Standard,
            "whitespace" => Tokenizers.Whitespace,
            "keyword" => Tokenizers.Keyword,
            "char_group" => Tokenizers.CharGroup(definition?["tokenize_on_chars"]),
            "letter" or "lowercase" or "ngram" or "edge_ngram" or "pattern" or "path_hierarchy" or "uax_url_email" or "classic" or "icu_tokenizer" =>
                throw Refusal.Unsupported($"the tokenizer {name}"),
            _ => null,
        };
    }

    private Func<string, string> Filter(string name) => (analysis?["filter"]?[name]?["type"]?.ToString() ?? name) switch
    {
        "lowercase" => Lower,
        "asciifolding" => AsciiFolding.Fold,
        "pattern_replace" => Replacing(analysis!["filter"]![name]!),
        var other => throw Refusal.Unsupported($"the token filter {other}"),
    };

    /// <summary>Patterns are taken as they are written for Java: those of this project mean the same here.</summary>
    private static Func<string, string> Replacing(JsonNode definition)
    {
        var pattern = new Regex(definition["pattern"]!.ToString(), RegexOptions.CultureInvariant);
        var replacement = definition["replacement"]?.ToString() ?? "";
        var times = definition["all"]?.ToString() == "false" ? 1 : -1;
        return term => pattern.Replace(term, replacement, times);
    }

    private static string Lower(string term) => term.ToLowerInvariant();
}
