using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Images.Calls;

namespace Reshelve.Images.Tagging;

/// <summary>Makes of what a model said the tags that may stand in a document: clean, each once, of the closed list if there is one.</summary>
internal sealed class TagRules
{
    /// <summary>A picture has no more tags than this; the surest stay.</summary>
    public const int MostTags = 200;

    /// <summary>Longer ones are sentences, not tags, and left out.</summary>
    public const int LongestTag = 200;

    private readonly Dictionary<string, string> _closed;
    private readonly double _leastScore;
    private readonly IReadOnlyList<string> _tags;

    public TagRules(TaggerSettings settings)
    {
        _tags = settings.Tags;
        _leastScore = settings.LeastScore;
        _closed = new(StringComparer.OrdinalIgnoreCase);
        foreach (var tag in settings.Tags)
            _closed.TryAdd(ServerText.Line(tag, LongestTag), tag.Trim());
    }

    /// <summary>The tags, surest first.</summary>
    public IReadOnlyList<Tag> Apply(IEnumerable<(string Name, double Score)> said)
    {
        var best = new Dictionary<string, Tag>(StringComparer.OrdinalIgnoreCase);
        foreach (var (spelled, given) in said)
        {
            if (double.IsNaN(given) || Clean(spelled) is not { } name)
                continue;
            var score = Math.Clamp(given, 0, 1);
            if (score >= _leastScore && (!best.TryGetValue(name, out var other) || other.Score < score))
                best[name] = new Tag(other.Name ?? name, score);
        }

        return [.. best.Values.OrderByDescending(t => t.Score).ThenBy(t => t.Name, StringComparer.Ordinal).Take(MostTags)];
    }

    /// <summary>What of the rules decides which tags are kept: other rules are another version of the tagger.</summary>
    public bool AreDefault => _tags.Count == 0 && _leastScore <= 0;

    /// <summary>A short hash of texts and the rules.</summary>
    public string Hash(params ReadOnlySpan<string> texts)
    {
        var whole = new StringBuilder();
        foreach (var text in texts)
            whole.Append(text.Length).Append(':').Append(text);
        foreach (var tag in _tags.Order(StringComparer.Ordinal))
            whole.Append(tag.Length).Append(':').Append(tag);
        whole.Append(_leastScore.ToString("R", CultureInfo.InvariantCulture));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole.ToString())).AsSpan(0, 4));
    }

    private string? Clean(string spelled)
    {
        var name = ServerText.Line(spelled, LongestTag + 1);
        if (name.Length is 0 or > LongestTag)
            return null;
        return _closed.Count == 0 ? name : _closed.GetValueOrDefault(name);
    }
}
