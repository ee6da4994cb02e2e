using System.Globalization;
using System.Text;
using Reshelve.Catalogs.Yaml;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

/// <summary>What was found while drafting.</summary>
internal sealed record DraftFindings(FeedSample Sample, FeedProfile Profile, IdCandidate Id, FieldDrafts Fields);

/// <summary>Writes a draft as a file that people read, check and change.</summary>
internal static class DraftWriter
{
    private const int NamesShown = 8;
    private const int ShortColumn = 26;
    private const int CommentColumn = 64;
    private const int FewRecords = 20;

    public static string Write(CatalogDefinition definition, DraftFindings findings)
    {
        var yaml = new StringBuilder();
        WriteHead(yaml, definition, findings);
        WriteSource(yaml, definition, findings);
        WriteFormat(yaml, definition.Format, findings.Sample);
        WriteId(yaml, definition, findings);
        const string Feed = "incremental: the feed holds only changed records, and marks removed ones with a 'tombstone'";
        const string Others = "what is not declared below stays with the document, unsearched; drop: leave it out";
        WriteRemarked(yaml, "feed: full", ShortColumn, Feed);
        WriteRemarked(yaml, "others: store", ShortColumn, Others);
        WriteFields(yaml, definition, findings);
        return yaml.ToString();
    }

    private static void WriteHead(StringBuilder yaml, CatalogDefinition definition, DraftFindings findings)
    {
        var profile = findings.Profile;
        var all = profile.Sampled ? "the first ones" : "all of them";
        var sample = findings.Sample;
        var written = $"{FormatName(definition.Format)}, {(sample.Gzip ? "gzip" : "not compressed")}, {sample.Encoding.Name}";
        Comment(yaml, $"Drafted from {Path.GetFileName(sample.File)}: {written}.");
        var fields = Count(profile.Root.Children.Count, "distinct field");
        Comment(yaml, $"{Count(profile.Records, "record")} looked at ({all}), with {fields}.");
        if (profile.Unreadable > 0)
        {
            var broken = Count(profile.Unreadable, "record");
            Comment(yaml, $"{broken} cannot be read and will be rejected; the first one {profile.FirstProblem}.");
        }

        if (profile.Records < FewRecords)
            Comment(yaml, "So few records prove little: check everything below.");
        Comment(yaml, $"Check the id, the types and what is volatile; then run: reshelve plan {definition.Name}");
        yaml.Append('\n');
    }

    private static void WriteSource(StringBuilder yaml, CatalogDefinition definition, DraftFindings findings)
    {
        var source = definition.Source;
        yaml.Append("source: ").Append(YamlText.Value(source.Path ?? source.Url!.OriginalString)).Append('\n');
        var name = Path.GetFileName(findings.Sample.File);
        var stem = name.Contains('.') ? name[..name.IndexOf('.')] : name;
        if (source.Path is { } path && DraftNames.WithoutDate(stem) is { Length: > 0 } rest && rest != stem)
        {
            var pattern = $"{path[..^name.Length]}{rest}{name[rest.Length]}*{name[stem.Length..]}";
            Comment(yaml, $"If every delivery is a file of its own: source: {{ path: {YamlText.Value(pattern)}, pick: newest }}");
        }
    }

    private static void WriteFormat(StringBuilder yaml, FeedFormat format, FeedSample sample)
    {
        var extras = new List<string>();
        if (format.Records is not null)
            extras.Add($"records: {YamlText.Value(format.Records.ToString())}");
        if (format is { Kind: FeedFormatKind.Csv, Delimiter: not (',' or '\t') })
            extras.Add($"delimiter: {YamlText.Value(FormatKeys.NameOf(format.Delimiter))}");
        if (format.Encoding != FeedEncoding.Auto)
            extras.Add($"encoding: {FormatKeys.NameOf(format.Encoding)}");
        var type = format is { Kind: FeedFormatKind.Csv, Delimiter: '\t' } ? "tsv" : format.Kind.ToString().ToLowerInvariant();
        var written = extras.Count == 0 ? $"format: {type}" : $"format: {{ type: {type}, {string.Join(", ", extras)} }}";
        yaml.Append(sample.Gzip ? Pad(written, ShortColumn) + "# gzip is recognised by content" : written).Append('\n');
    }

    private static void WriteId(StringBuilder yaml, CatalogDefinition definition, DraftFindings findings)
    {
        var id = findings.Id;
        var remark = id.Failure is null
            ? "in every record, and never twice"
            : $"as asked: {Count(id.Missing, "record")} without it, {id.Repeated:N0} with one that came before (the last counts)";
        if (id.Failure is null && FieldNames.IdRank(id.Field.Name) > FieldNames.LikelyId)
            remark += "; its name does not sound like an id: check that it stays the same from feed to feed";
        WriteRemarked(yaml, $"id: {YamlText.Value(definition.Id.ToString())}", ShortColumn, remark);
    }

    private static void WriteFields(StringBuilder yaml, CatalogDefinition definition, DraftFindings findings)
    {
        var drafts = findings.Fields;
        yaml.Append('\n');
        if (drafts.Fields.Count > 0)
        {
            Comment(
                yaml, "text is searched by words; keyword is one exact value; volatile: a change in it alone is a quick patch;");
            Comment(
                yaml,
                "facet: searches count its values; boost: matches in it weigh more. The share is of the records that have it.");
        }

        yaml.Append(drafts.Fields.Count == 0 ? "fields: {}\n" : "fields:\n");
        foreach (var draft in drafts.Fields)
        {
            var remarks = draft.Reason is null ? Percent(draft.Share) : $"{Percent(draft.Share)}; {draft.Reason}";
            var line = $"  {YamlText.Value(draft.Definition.Name)}: {Written(draft.Definition)}";
            WriteRemarked(yaml, line, CommentColumn, remarks);
        }

        if (drafts.Fields.Any(draft => draft.Definition.Type == FieldType.Image))
            Comment(yaml, "To fetch, tag and resize the pictures, add: images: { tagger: visual }");
        WriteRest(yaml, drafts.LeftOut, "rarer than those above");
        WriteRest(yaml, drafts.Mixed, "values of different kinds, which no one type accepts");
        WriteRest(yaml, drafts.Empty, "never a value");
    }

    private static void WriteRest(StringBuilder yaml, IReadOnlyList<string> paths, string remark)
    {
        if (paths.Count == 0)
            return;
        var names = string.Join(", ", paths.Take(NamesShown).Select(Shortened)) + (paths.Count > NamesShown ? " …" : "");
        Comment(
            yaml, $"Not declared ({remark}): {(paths.Count > NamesShown ? $"{paths.Count:N0} fields, such as " : "")}{names}");
    }

    private static string Written(FieldDefinition field)
    {
        var type = FieldKeys.NameOf(field.Type);
        var extras = new StringBuilder();
        if (!field.From.Equals(FieldPath.Of(field.Name)))
            extras.Append($", from: {YamlText.Value(field.From.ToString())}");
        if (field.List)
            extras.Append(", list: true");
        if (field.Volatile)
            extras.Append(", volatile: true");
        if (field.Facet)
            extras.Append(", facet: true");
        if (field.Boost != 1)
            extras.Append(CultureInfo.InvariantCulture, $", boost: {field.Boost}");
        return extras.Length == 0 ? type : $"{{ type: {type}{extras} }}";
    }

    private static string FormatName(FeedFormat format) => format.Kind switch
    {
        FeedFormatKind.Jsonl => "JSON Lines",
        FeedFormatKind.Json =>
            format.Records is null ? "a JSON array" : $"JSON with its records in {Shortened(format.Records.ToString())}",
        FeedFormatKind.Csv =>
            $"CSV with {format.Delimiter switch { ',' => "commas", ';' => "semicolons", '\t' => "tabs", _ => "bars" }}",
        _ => $"XML with its records in {Shortened(format.Records!.ToString())}",
    };

    private static string Count(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";

    private static string Percent(double share) =>
        share >= 0.9995 ? "100 %" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    private static string Shortened(string text) => text.Length > 60 ? text[..60] + "…" : text;

    private static void WriteRemarked(StringBuilder yaml, string line, int column, string remark) =>
        yaml.Append(Pad(line, column)).Append("# ").Append(YamlText.Comment(remark)).Append('\n');

    private static string Pad(string text, int column) => text.Length < column ? text.PadRight(column) : text + " ";

    private static void Comment(StringBuilder yaml, string text) => yaml.Append("# ").Append(YamlText.Comment(text)).Append('\n');
}
