using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Indexing;

/// <summary>Names of indexes and aliases, and patterns of them.</summary>
internal static class IndexNames
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" \"*\\<|,>/?");

    public static bool IsMatch(string pattern, string name) => pattern is "*" or "_all" || (pattern.Contains('*')
        ? Regex.IsMatch(name, $"^{Regex.Escape(pattern).Replace("\\*", ".*")}$", RegexOptions.Singleline)
        : pattern == name);

    /// <summary>Whether neither an index nor an alias may be called so.</summary>
    public static bool HasForbidden(string name) => name.AsSpan().ContainsAny(Forbidden) || name.Contains('#');

    /// <exception cref="Refusal">No index may be called so.</exception>
    public static void Validate(string name)
    {
        if (name.AsSpan().ContainsAny(Forbidden))
            throw Invalid(name, "must not contain the following characters [ , \", *, \\, <, |, ,, >, /, ?]");
        if (name.Contains('#'))
            throw Invalid(name, "must not contain '#'");
        if (name.Contains(':'))
            throw Invalid(name, "must not contain ':'");
        if (name[0] is '_' or '-' or '+')
            throw Invalid(name, "must not start with '_', '-', or '+'");
        if (Encoding.UTF8.GetByteCount(name) is var bytes && bytes > 255)
            throw Invalid(name, $"index name is too long, ({bytes} > 255)");
        if (name is "." or "..")
            throw Invalid(name, "must not be '.' or '..'");
        if (name.Any(char.IsUpper))
            throw Invalid(name, "must be lowercase");
    }

    public static Refusal Invalid(string name, string why) => new(400, "invalid_index_name_exception", $"Invalid index name [{name}], {why}")
    {
        Details = new JsonObject { ["index_uuid"] = "_na_", ["index"] = name },
    };
}
