using System.Text;
using Reshelve.Catalogs.Yaml;

namespace Reshelve.Catalogs;

/// <summary>What a catalog may be called. Its name is its file's, its index alias's and a folder's.</summary>
public static class CatalogName
{
    /// <summary>Leaves room for the time stamp of a backing index in every engine.</summary>
    public const int MaxLength = 64;

    /// <summary>yyyyMMddHHmmss.</summary>
    private const int StampLength = 14;

    /// <summary>Why a name cannot be used, in a phrase such as "is longer than 64 characters"; null when it can.</summary>
    public static string? ProblemOf(string name)
    {
        if (name.Length == 0)
            return "is empty";
        if (name.Length > MaxLength)
            return $"is longer than {MaxLength} characters";
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_') || name[0] is '-' or '_')
            return "is not made of lower-case letters, digits, - and _ after a first letter or digit";
        // <alias>_<yyyyMMddHHmmss> names a backing index of the catalog <alias>.
        return EndsLikeBackingIndex(name) ? "ends like the name of a backing index (_ and 14 digits)" : null;
    }

    /// <summary>A valid name that resembles a text; <c>catalog</c> where nothing of it can be kept.</summary>
    public static string From(string text)
    {
        var letters = new StringBuilder();
        foreach (var c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
                letters.Append(c);
            else if (letters.Length > 0 && letters[^1] != '-')
                letters.Append('-');
        }

        var name = letters.ToString().Trim('-', '_');
        name = name.Length > MaxLength ? name[..MaxLength].TrimEnd('-', '_') : name;
        return ProblemOf(name) is null ? name : "catalog";
    }

    internal static bool Check(string name, string shownFile, List<DefinitionError> errors)
    {
        if (ProblemOf(name) is not { } problem)
            return true;
        var reading = new DefinitionReading(shownFile);
        reading.Error(
            1, 1, "", name, $"cannot be a catalog's name: it {problem}", $"Rename the file, for example to {From(name)}.yaml");
        errors.AddRange(reading.Errors);
        return false;
    }

    private static bool EndsLikeBackingIndex(string name) =>
        name.Length > StampLength
            && name[^(StampLength + 1)] == '_'
            && name.AsSpan()[^StampLength..].IndexOfAnyExceptInRange('0', '9') < 0;
}
