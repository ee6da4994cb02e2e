using System.Text;
using System.Text.Json;

namespace Reshelve.Feeds;

/// <summary>Follows a reader through nested objects and notices the value at a path.</summary>
internal sealed class JsonPathMatcher(IReadOnlyList<string> segments)
{
    /// <summary>As many names as fit in a message.</summary>
    private const int NamedAtMost = 12;

    private readonly List<string> _others = [];
    private int _matched;
    private int _deepest;
    private bool _isNext;
    private bool _started;

    public IReadOnlyList<string> Segments { get; } = segments;

    /// <summary>Takes the reader's token. True: it begins the value at the path.</summary>
    public bool Follow(ref Utf8JsonReader reader)
    {
        if (Segments.Count == 0)
            return !_started && (_started = true);
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.CurrentDepth == _matched + 1)
                _isNext = IsNext(ref reader);
            return false;
        }

        if (reader.TokenType == JsonTokenType.EndObject && _matched > 0 && reader.CurrentDepth == _matched)
            _matched--;
        if (!_isNext)
            return false;
        _isNext = false;
        if (_matched + 1 == Segments.Count)
            return true;
        if (reader.TokenType == JsonTokenType.StartObject)
            Enter();
        return false;
    }

    /// <summary>That there is nothing at the path, and what there is instead.</summary>
    public string DescribeMissing()
    {
        var where = _deepest == 0 ? "at the top" : $"in '{string.Join('.', Segments.Take(_deepest))}'";
        var names = _others.Count == 0 ? "no other names" : string.Join(", ", _others.Select(name => $"'{name}'"));
        return $"has no '{Segments[_deepest]}' {where}, where the catalog's definition looks for its records ('{this}'). There: {names}. "
            + "Correct 'records' in the definition's format, or have the feed corrected.";
    }

    public override string ToString() => string.Join('.', Segments);

    private bool IsNext(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals(Segments[_matched]))
            return true;
        if (_matched == _deepest && _others.Count < NamedAtMost)
            _others.Add(Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 100)]));
        return false;
    }

    private void Enter()
    {
        _matched++;
        if (_matched <= _deepest)
            return;
        _deepest = _matched;
        _others.Clear();
    }
}
