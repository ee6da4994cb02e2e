using Reshelve.Feeds;

namespace Reshelve.Catalogs.Yaml;

/// <summary>The keys of <c>format</c>.</summary>
internal static class FormatKeys
{
    /// <summary>The notations; TSV is CSV with a tab. The delimiter is null where there is none.</summary>
    private static readonly ChoiceKind<FeedFormat> Notation = new(
        "formats",
        ("jsonl", new FeedFormat { Kind = FeedFormatKind.Jsonl }, "One JSON object per line."),
        ("json", new FeedFormat { Kind = FeedFormatKind.Json }, "A JSON array of objects, at the top or under a path."),
        ("csv", new FeedFormat { Kind = FeedFormatKind.Csv }, "Comma-separated values with a header row."),
        ("tsv", new FeedFormat { Kind = FeedFormatKind.Csv, Delimiter = '\t' }, "Tab-separated values with a header row."),
        ("xml", new FeedFormat { Kind = FeedFormatKind.Xml }, "One XML element per record."));

    private static readonly ChoiceKind<char> Delimiters = new(
        "delimiters",
        (",", ',', "Comma."),
        (";", ';', "Semicolon."),
        ("tab", '\t', "Tab."),
        ("\t", '\t', "Tab."),
        ("|", '|', "Bar."));

    private static readonly ChoiceKind<FeedEncoding> Encodings = new(
        "encodings",
        ("auto", FeedEncoding.Auto, "By byte-order mark, otherwise UTF-8 (XML: as its declaration says)."),
        ("utf-8", FeedEncoding.Utf8, "UTF-8."),
        ("utf-16", FeedEncoding.Utf16, "UTF-16, little-endian unless a byte-order mark says otherwise."),
        ("latin-1", FeedEncoding.Latin1, "ISO 8859-1."));

    public static KeyTable<FeedFormat> Table { get; } = new(
        [
            // First, because it sets the delimiter that 'delimiter' may then replace.
            new Key<FeedFormat, FeedFormat>(
                "type", "The notation that the feed is written in.", Notation, f => f, (_, v) => v) { Required = true },
            new Key<FeedFormat, FieldPath?>(
                "records",
                "Where the records are. JSON: the way to the array (data.products). XML: the way from the root to the record "
                    + "element, both included (rss.channel.item).",
                new PathKind("Write names separated by dots, such as data.products"),
                f => f.Records,
                (f, v) => f with { Records = v }),
            new Key<FeedFormat, FieldPath?>(
                "count",
                "Where the feed states its number of records, outside of them; another number makes it incomplete.",
                new PathKind("Write names separated by dots, such as data.total"),
                f => f.Count,
                (f, v) => f with { Count = v }),
            new Key<FeedFormat, char>(
                "delimiter",
                "What stands between the values of a CSV row.",
                Delimiters,
                f => f.Delimiter,
                (f, v) => f with { Delimiter = v }),
            new Key<FeedFormat, FeedEncoding>(
                "encoding", "The encoding of the feed's text.", Encodings, f => f.Encoding, (f, v) => f with { Encoding = v }),
        ],
        Check);

    public static ValueKind<FeedFormat> Kind { get; } =
        new GroupKind<FeedFormat>(Table, "Write one of jsonl, json, csv, tsv, xml, or a group with 'type'", Notation);

    /// <summary>How a delimiter is written.</summary>
    public static string NameOf(char delimiter) => delimiter == '\t' ? "tab" : delimiter.ToString();

    /// <summary>How an encoding is written.</summary>
    public static string NameOf(FeedEncoding encoding) => encoding switch
    {
        FeedEncoding.Utf8 => "utf-8",
        FeedEncoding.Utf16 => "utf-16",
        FeedEncoding.Latin1 => "latin-1",
        _ => "auto",
    };

    private static void Check(FeedFormat format, YamlMap map, string path, DefinitionReading reading)
    {
        var hasPaths = format.Kind is FeedFormatKind.Json or FeedFormatKind.Xml;
        if (!hasPaths)
        {
            Refuse("records", "only means something for json and xml");
            Refuse("count", "only means something for json and xml");
        }

        if (format.Kind != FeedFormatKind.Csv)
            Refuse("delimiter", "only means something for csv");
        else if (format.Delimiter != '\t' && TypeIsTsv())
            Refuse("delimiter", "contradicts the type tsv", "Remove it, or write 'type: csv'");
        if (hasPaths && format.Count is not null)
            CheckCount(format, map, path, reading);

        void Refuse(string name, string problem, string remedy = "Remove it")
        {
            if (map.FindKey(name) is { } key)
                reading.Error(key.Line, key.Column, DefinitionReading.Child(path, name), null, problem, remedy);
        }

        bool TypeIsTsv() => map.Entries.Any(e => e is { Key.Value: "type", Value: YamlScalar { Value: "tsv" } });
    }

    private static void CheckCount(FeedFormat format, YamlMap map, string path, DefinitionReading reading)
    {
        var key = map.FindKey("count")!;
        var child = DefinitionReading.Child(path, "count");
        if (format.Kind == FeedFormatKind.Json && format.Records is null)
            reading.Error(
                key.Line,
                key.Column,
                child,
                null,
                "needs 'records': a feed that is nothing but an array states no number",
                "Add 'records', or remove 'count'");
        else if (format.Count is { } count && IsWithin(count, format.Records))
            reading.Error(
                key.Line,
                key.Column,
                child,
                count.ToString(),
                "is inside of the records",
                "Name the place outside of them where the feed states their number");
    }

    private static bool IsWithin(FieldPath count, FieldPath? records) =>
        records is not null && count.Segments.Take(records.Segments.Count).SequenceEqual(records.Segments);
}
