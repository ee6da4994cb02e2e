using System.Text;

namespace Reshelve.Catalogs.Yaml;

/// <summary>The reading of one file: where its errors are collected. Nothing stops at the first one.</summary>
internal sealed class DefinitionReading(string file)
{
    private const int ShownValueLength = 80;

    private readonly List<DefinitionError> _errors = [];

    public IReadOnlyList<DefinitionError> Errors => _errors;

    /// <summary>Notes an error about a node; a single value is shown with it.</summary>
    public void Error(YamlNode at, string path, string problem, string remedy) =>
        Error(at.Line, at.Column, path, at is YamlScalar { IsNull: false } scalar ? scalar.Value : null, problem, remedy);

    /// <summary>Notes an error about a place, with a value of the caller's choice or none.</summary>
    public void Error(int line, int column, string path, string? value, string problem, string remedy) =>
        _errors.Add(new DefinitionError(
            file, Math.Max(1, line), Math.Max(1, column), path, value is null ? null : Shown(value), problem, remedy));

    /// <summary>The text of a single value; null, with an error noted, for anything else.</summary>
    /// <param name="node">What is written.</param>
    /// <param name="path">Its key.</param>
    /// <param name="remedy">What to write, for the error.</param>
    public string? Text(YamlNode node, string path, string remedy)
    {
        switch (node)
        {
            case YamlScalar { IsNull: true }:
                Error(node, path, "has no value", remedy);
                return null;
            case YamlScalar scalar:
                return scalar.Value;
            default:
                Error(node, path, $"is {node.Noun} where a single value belongs", remedy);
                return null;
        }
    }

    /// <summary>A path's child, for messages.</summary>
    public static string Child(string path, string name) => path.Length == 0 ? Shown(name) : $"{path}.{Shown(name)}";

    private static string Shown(string value)
    {
        var text = new StringBuilder();
        foreach (var rune in value.EnumerateRunes())
        {
            if (text.Length >= ShownValueLength)
                return text.Append('…').ToString();
            text.Append(Rune.IsControl(rune) ? $"\\u{rune.Value:x4}" : rune.ToString());
        }

        return text.ToString();
    }
}
