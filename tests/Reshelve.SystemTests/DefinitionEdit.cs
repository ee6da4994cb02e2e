using System.Text.RegularExpressions;

namespace Reshelve.SystemTests;

/// <summary>Edits that a person would make to a definition.</summary>
internal static class DefinitionEdit
{
    /// <summary>Marks a field as volatile, however it is written.</summary>
    public static string MakeVolatile(string yaml, string field)
    {
        var line = new Regex($@"^(  {Regex.Escape(field)}:[ ]*)([a-z]+|\{{[^}}\n]*\}})", RegexOptions.Multiline, TimeSpan.FromSeconds(5));
        line.IsMatch(yaml).ShouldBeTrue($"'{field}' is not declared in:\n{yaml}");
        return line.Replace(yaml, match =>
        {
            var value = match.Groups[2].Value;
            if (value.Contains("volatile", StringComparison.Ordinal))
                return match.Value;
            return match.Groups[1].Value + (value.StartsWith('{') ? value[..^1].TrimEnd() + ", volatile: true }" : $"{{ type: {value}, volatile: true }}");
        });
    }
}
