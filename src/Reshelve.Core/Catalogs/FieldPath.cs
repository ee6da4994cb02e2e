using System.Text;

namespace Reshelve.Catalogs;

/// <summary>
/// The way to a value inside a record: names separated by dots, <c>offer.price</c>. A name that itself contains a dot, a
/// bracket or a quote is written <c>['a.b']</c>, with a quote inside it doubled. In XML, <c>@name</c> is an attribute and
/// <c>#text</c> the text of an element that also has attributes or children. An array on the way stands for each of its elements.
/// </summary>
public sealed class FieldPath : IEquatable<FieldPath>
{
    private readonly string _text;

    private FieldPath(string text, string[] segments)
    {
        _text = text;
        Segments = segments;
    }

    /// <summary>The names on the way, outermost first; at least one.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Makes a path of these names, whatever characters they contain.</summary>
    public static FieldPath Of(params string[] segments)
    {
        ArgumentOutOfRangeException.ThrowIfZero(segments.Length);
        var text = new StringBuilder();
        foreach (var segment in segments)
        {
            if (segment.Length > 0 && segment.AsSpan().IndexOfAny(".[]'") < 0)
                text.Append(text.Length > 0 ? "." : "").Append(segment);
            else
                text.Append("['").Append(segment.Replace("'", "''", StringComparison.Ordinal)).Append("']");
        }

        return new FieldPath(text.ToString(), segments);
    }

    /// <summary>Reads a path as written in a definition.</summary>
    /// <exception cref="FormatException">It is not one; the message says why and at which character.</exception>
    public static FieldPath Parse(string text) =>
        TryParse(text, out var path, out var problem) ? path : throw new FormatException(problem);

    /// <summary>Reads a path as written in a definition; <paramref name="problem"/> says what is wrong with it.</summary>
    public static bool TryParse(
        string text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FieldPath? path,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? problem)
    {
        path = null;
        problem = null;
        var segments = new List<string>();
        var at = 0;
        while (at < text.Length && problem is null)
            segments.Add(ReadSegment(text, ref at, out problem));
        if (problem is null && segments.Count == 0)
            problem = "a path must name at least one field";
        if (problem is null && text[^1] == '.')
            problem = "a path must not end with a dot";
        if (problem is not null)
            return false;
        path = Of([.. segments]);
        return true;
    }

    private static string ReadSegment(string text, ref int at, out string? problem)
    {
        var bracketed = text[at] == '[';
        return bracketed ? ReadBracketed(text, ref at, out problem) : ReadPlain(text, ref at, out problem);
    }

    private static string ReadPlain(string text, ref int at, out string? problem)
    {
        var start = at;
        while (at < text.Length && text[at] is not ('.' or '['))
            at++;
        var segment = text[start..at];
        problem = segment.Length == 0 ? $"a name is missing at character {start + 1} of '{text}'" : null;
        if (at < text.Length && text[at] == '.')
            at++;
        return segment;
    }

    private static string ReadBracketed(string text, ref int at, out string? problem)
    {
        var start = at;
        var name = new StringBuilder();
        problem = $"the bracket at character {start + 1} of '{text}' is not closed: write ['name']";
        if (at + 1 >= text.Length || text[at + 1] != '\'')
            return Unclosed(ref at);
        for (at += 2; at < text.Length; at++)
        {
            if (text[at] != '\'')
                name.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '\'')
                name.Append(text[at++]);
            else
                break;
        }

        if (at + 1 >= text.Length || text[at + 1] != ']')
            return Unclosed(ref at);
        at += 2;
        if (at < text.Length && text[at] == '.')
            at++;
        problem = null;
        return name.ToString();

        string Unclosed(ref int position)
        {
            position = text.Length;
            return "";
        }
    }

    /// <inheritdoc/>
    public bool Equals(FieldPath? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The path as it is written in a definition.</summary>
    public override string ToString() => _text;
}
