using System.Text;
using Reshelve.Catalogs.Yaml;
using Reshelve.Feeds;

namespace Reshelve.Catalogs;

/// <summary>Reads one file of a workspace. Whatever is wrong with it becomes an error with a place, never an exception.</summary>
internal static class DefinitionFile
{
    /// <summary>A definition of a thousand fields takes a tenth of this.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a catalog's definition; null when it has errors.</summary>
    public static CatalogDefinition? ReadCatalog(
        string file, string shownFile, string name, CatalogDefaults defaults, List<DefinitionError> errors)
    {
        var start = new CatalogDefinition
        {
            Name = name,
            Source = defaults.Source,
            Format = new FeedFormat { Kind = FeedFormatKind.Jsonl },
            Id = FieldPath.Of("id"),
            Fields = [],
            Others = defaults.Others,
            Removals = defaults.Removals,
            Rebuilds = defaults.Rebuilds,
            RemovalDelay = defaults.RemovalDelay,
            Checks = defaults.Checks,
            Limits = defaults.Limits,
        };
        var reading = new DefinitionReading(shownFile);
        var definition = ReadText(file, reading) is { } text ? ReadCatalog(text, start, reading) : null;
        AddInOrder(reading, errors);
        return reading.Errors.Count == 0 ? definition : null;
    }

    /// <summary>Reads <c>reshelve.yaml</c>; what is wrong keeps its default.</summary>
    public static WorkspaceOptions ReadWorkspace(string file, string shownFile, List<DefinitionError> errors)
    {
        var reading = new DefinitionReading(shownFile);
        var options = new WorkspaceOptions();
        // An empty one is fine: it marks the workspace's root.
        if (ReadText(file, reading) is { } text && ReadRoot(text, reading) is { } map)
            options = CatalogKeys.Workspace.Read(map, options, "", reading);
        AddInOrder(reading, errors);
        return options;
    }

    private static CatalogDefinition? ReadCatalog(string text, CatalogDefinition start, DefinitionReading reading)
    {
        if (ReadRoot(text, reading) is { } map)
            return CatalogKeys.Catalog.Read(map, start, "", reading);
        if (reading.Errors.Count == 0)
            reading.Error(
                1,
                1,
                "",
                null,
                "is empty",
                "Add 'source', 'format' and 'id', or let 'reshelve init <feed>' write the definition");
        return null;
    }

    private static YamlMap? ReadRoot(string text, DefinitionReading reading)
    {
        try
        {
            var root = YamlTree.Read(text);
            if (root is null or YamlMap)
                return (YamlMap?)root;
            reading.Error(
                root.Line, root.Column, "", null, $"is {root.Noun} where keys with values belong", "Write 'key: value' lines");
        }
        catch (YamlProblem problem)
        {
            reading.Error(problem.Line, problem.Column, "", null, problem.Message, problem.Remedy);
        }

        return null;
    }

    private static string? ReadText(string file, DefinitionReading reading)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var bytes = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
                reading.Error(
                    1,
                    1,
                    "",
                    null,
                    $"is larger than {MaxBytes >> 10} KiB",
                    "Declare only the fields that are searched; 'others: store' keeps the rest");
            else
                return Decode(bytes.AsSpan(0, length), reading);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reading.Error(
                1, 1, "", null, $"cannot be read: {error.Message.TrimEnd('.')}", "Make the file readable for this user");
        }

        return null;
    }

    private static string? Decode(ReadOnlySpan<byte> bytes, DefinitionReading reading)
    {
        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        var bad = bytes.IndexOf((byte)0);
        var problem = "contains a zero byte";
        if (bad < 0 && !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            problem = "is not UTF-8";
            bad = FirstInvalid(bytes);
        }

        if (bad < 0)
            return StrictUtf8.GetString(bytes);
        var before = bytes[..bad];
        reading.Error(
            before.Count((byte)'\n') + 1, bad - before.LastIndexOf((byte)'\n'), "", null, problem, "Save the file as UTF-8 text");
        return null;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        return at;
    }

    private static void AddInOrder(DefinitionReading reading, List<DefinitionError> errors)
    {
        if (reading.Errors.Count > 0)
            errors.AddRange(reading.Errors.OrderBy(e => e.Line).ThenBy(e => e.Column));
    }
}
