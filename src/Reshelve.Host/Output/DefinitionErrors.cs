using System.Text.Json;
using Reshelve.Catalogs;

namespace Reshelve.Host.Output;

/// <summary>Errors of definitions, all at once.</summary>
internal static class DefinitionErrors
{
    /// <summary>Writes them: for machines as one object, else as compilers do, to the error output.</summary>
    public static void Write(IReadOnlyList<DefinitionError> errors, Terminal terminal, bool json)
    {
        if (json)
        {
            JsonOutput.WriteLine(terminal, writer =>
            {
                writer.WriteString("error"u8, Summary(errors));
                WriteArray(writer, errors);
            });
            return;
        }

        WriteList(errors, terminal);
        terminal.WriteError(Summary(errors));
    }

    /// <summary>Writes one line per error.</summary>
    public static void WriteList(IReadOnlyList<DefinitionError> errors, Terminal terminal)
    {
        terminal.Out.Flush();
        foreach (var error in errors)
            terminal.Error.WriteLine(Printable.Text(error.ToString()));
    }

    /// <summary>Writes the member <c>errors</c>.</summary>
    public static void WriteArray(Utf8JsonWriter writer, IReadOnlyList<DefinitionError> errors)
    {
        writer.WriteStartArray("errors"u8);
        foreach (var error in errors)
        {
            writer.WriteStartObject();
            writer.WriteString("file"u8, error.File);
            writer.WriteNumber("line"u8, error.Line);
            writer.WriteNumber("column"u8, error.Column);
            writer.WriteString("path"u8, error.Path);
            writer.WriteString("value"u8, error.Value);
            writer.WriteString("problem"u8, error.Problem);
            writer.WriteString("remedy"u8, error.Remedy);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary><c>2 errors in catalogs/products.yaml</c>.</summary>
    public static string Summary(IReadOnlyList<DefinitionError> errors)
    {
        var files = errors.Select(error => error.File).Distinct(StringComparer.Ordinal).ToList();
        return $"{Quantity.Count(errors.Count, "error")} in {(files.Count == 1 ? files[0] : Quantity.Count(files.Count, "file"))}.";
    }
}
