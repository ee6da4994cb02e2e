using System.Text;

namespace Reshelve.Catalogs;

/// <summary>One thing that is wrong in a definition.</summary>
/// <param name="File">The file, relative to the workspace folder, with forward slashes.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Path">Which key it is about (<c>fields.price.type</c>); empty for the file as a whole.</param>
/// <param name="Value">What is written there, shortened, where that helps.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record DefinitionError(
    string File, int Line, int Column, string Path, string? Value, string Problem, string Remedy)
{
    /// <summary>The error on one line, as compilers write it, so that editors and terminals can jump to the place.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{File}:{Line}:{Column}: ");
        if (Path.Length > 0)
            text.Append(Path).Append(": ");
        if (Value is not null)
            text.Append('\'').Append(Value).Append("' ");
        return text.Append(Problem).Append(". ").Append(Remedy).Append('.').ToString();
    }
}

/// <summary>What reading a workspace's definitions gave.</summary>
/// <param name="Catalogs">The definitions without errors, in the order of their names.</param>
/// <param name="Errors">Every error of every file, in the order of files and lines.</param>
public sealed record LoadResult(IReadOnlyList<CatalogDefinition> Catalogs, IReadOnlyList<DefinitionError> Errors);
