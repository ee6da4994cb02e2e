using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Reshelve.Catalogs.Yaml;

/// <summary>
/// Reads a YAML text into nodes that know their place. The parser's events are used directly: an object mapper would know no
/// columns, stop at the first error, and cost a start-up tenfold. Aliases share their node instead of copying it, so none can
/// expand.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>Deeper than any definition, and far from the end of the stack.</summary>
    private const int MaxDepth = 32;

    private const int MaxAliases = 1_000;

    /// <summary>What every value is anyway, so that naming it does no harm (YAML 1.2, 10.2).</summary>
    private static readonly string[] CoreTags =
        [.. new[] { "str", "int", "float", "bool", "null", "seq", "map" }.Select(t => "tag:yaml.org,2002:" + t)];

    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode?> _anchors = [];
    private int _aliases;

    private YamlTree(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>Reads a text that holds exactly one document.</summary>
    /// <returns>The document's root; null when there is nothing but comments.</returns>
    /// <exception cref="YamlProblem">It is not YAML, or uses what definitions have no use for.</exception>
    public static YamlNode? Read(string text)
    {
        var tree = new YamlTree(text);
        try
        {
            return tree.ReadStream();
        }
        catch (YamlException error)
        {
            throw Problem(text, (int)error.Start.Line, (int)error.Start.Column, error.InnerException?.Message ?? error.Message);
        }
        catch (Exception error) when (
            error is InvalidOperationException or InvalidCastException or ArgumentException or IndexOutOfRangeException)
        {
            // Broken text can make the parser fail like this or give events out of order, without a place; the last good one is
            // near.
            var last = tree._parser.Current?.End ?? Mark.Empty;
            throw Problem(text, (int)last.Line, (int)last.Column, "");
        }
    }

    private static YamlProblem Problem(string text, int line, int column, string message)
    {
        var lines = text.Split('\n');
        for (var i = Math.Max(1, line); i <= Math.Min(line + 1, lines.Length); i++)
        {
            var content = lines[i - 1].AsSpan().TrimStart();
            var tab = lines[i - 1].AsSpan()[..^content.Length].IndexOf('\t');
            if (tab >= 0 && !content.IsEmpty)
                return new YamlProblem(i, tab + 1, "is indented with a tab, which YAML does not allow", "Indent with spaces");
        }

        var sentence = message.ReplaceLineEndings(" ").TrimEnd('.');
        return new YamlProblem(
            Math.Max(1, line),
            Math.Max(1, column),
            sentence.Length == 0 ? "is not valid YAML here" : $"is not valid YAML here ({sentence})",
            "Check indentation, colons, brackets and quotes at and above this line");
    }

    private YamlNode? ReadStream()
    {
        Next<StreamStart>();
        if (Next<ParsingEvent>() is StreamEnd)
            return null;
        Advance();
        var root = ReadNode(0);
        Next<DocumentEnd>();
        if (Next<ParsingEvent>() is DocumentStart second)
            throw At(second.Start, "begins a second document", "Keep one catalog per file, and remove the '---' line");
        return root is YamlScalar { IsNull: true } ? null : root;
    }

    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Current!;
        if (depth > MaxDepth)
            throw At(current.Start, $"nests deeper than {MaxDepth} levels", "Remove the nesting: no definition needs it");
        if (current is AnchorAlias alias)
            return Resolve(alias);
        var start = (NodeEvent)current;
        CheckTag(start);
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor.Value] = null;
        YamlNode node = start switch
        {
            Scalar scalar => new YamlScalar(
                scalar.Value, scalar.Style is ScalarStyle.Plain, (int)scalar.Start.Line, (int)scalar.Start.Column),
            SequenceStart => ReadList(start, depth),
            _ => ReadMap(start, depth),
        };
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor.Value] = node;
        return node;
    }

    private YamlList ReadList(NodeEvent start, int depth)
    {
        var items = new List<YamlNode>();
        for (Advance(); _parser.Current is not SequenceEnd; Advance())
            items.Add(ReadNode(depth + 1));
        return new YamlList(items, (int)start.Start.Line, (int)start.Start.Column);
    }

    private YamlMap ReadMap(NodeEvent start, int depth)
    {
        var entries = new List<YamlEntry>();
        for (Advance(); _parser.Current is not MappingEnd; Advance())
        {
            var at = _parser.Current!.Start;
            if (ReadNode(depth + 1) is not YamlScalar key)
                throw At(at, "has a list or a group where a key belongs", "Write a simple name before the colon");
            Advance();
            entries.Add(new YamlEntry(key, ReadNode(depth + 1)));
        }

        return new YamlMap(entries, (int)start.Start.Line, (int)start.Start.Column);
    }

    private YamlNode Resolve(AnchorAlias alias)
    {
        if (++_aliases > MaxAliases)
            throw At(alias.Start, $"uses more than {MaxAliases} aliases", "Write the values out");
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
            throw At(alias.Start, $"refers to '{alias.Value.Value}', which is not defined above", "Write the value out");
        if (node is null)
            throw At(alias.Start, $"refers to '{alias.Value.Value}' from within itself", "Write the value out");
        return node with { Line = (int)alias.Start.Line, Column = (int)alias.Start.Column };
    }

    private static void CheckTag(NodeEvent node)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific || CoreTags.Contains(node.Tag.Value))
            return;
        throw At(node.Start, $"has the tag '{node.Tag.Value}', which means nothing here", "Remove the tag");
    }

    private T Next<T>()
        where T : ParsingEvent
    {
        Advance();
        return (T)_parser.Current!;
    }

    private void Advance()
    {
        if (!_parser.MoveNext())
            throw new YamlProblem(1, 1, "ends too early", "Complete the last entry");
    }

    private static YamlProblem At(Mark mark, string problem, string remedy) =>
        new((int)mark.Line, (int)mark.Column, problem, remedy);
}

/// <summary>A text that cannot be read as a definition at all: the first such place ends the reading of its file.</summary>
internal sealed class YamlProblem(int line, int column, string problem, string remedy) : Exception(problem)
{
    public int Line => line;

    public int Column => column;

    public string Remedy => remedy;
}
