using System.Text.Json.Nodes;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Yaml;

/// <summary>
/// The keys of a catalog's definition and of <c>reshelve.yaml</c>: the one place that says what may be written in them.
/// </summary>
internal static class CatalogKeys
{
    public static KeyTable<FeedLimits> Limits { get; } = new(
    [
        new Key<FeedLimits, long>(
            "record",
            "Bytes of one record; a larger one is rejected.",
            new SizeKind(1 << 10, 1 << 30),
            l => l.RecordBytes,
            (l, v) => l with { RecordBytes = (int)v }),
        new Key<FeedLimits, long>(
            "feed",
            "Bytes of the expanded feed; a larger one is refused.",
            new SizeKind(1 << 10, 1L << 60),
            l => l.FeedBytes,
            (l, v) => l with { FeedBytes = v }),
        new Key<FeedLimits, int>(
            "expansion",
            "How many times its compressed size a feed may expand to; more is taken for a bomb and refused.",
            new WholeKind(1, 100_000),
            l => l.ExpansionRatio,
            (l, v) => l with { ExpansionRatio = v }),
        new Key<FeedLimits, int>(
            "values",
            "Values of one record, nested ones and elements of lists included; one with more is rejected.",
            new WholeKind(100, 100_000_000),
            l => l.Values,
            (l, v) => l with { Values = v }),
    ]);

    private static readonly ValueKind<OtherFields> Others = new ChoiceKind<OtherFields>(
        "choices",
        ("store", OtherFields.Store, "Keep it with the document; never searched, never an index field."),
        ("drop", OtherFields.Drop, "Leave it out: a change in it is no change."));

    private static readonly ValueKind<RemovalPolicy> Removals = new ChoiceKind<RemovalPolicy>(
        "choices",
        ("when clean", RemovalPolicy.WhenClean, "Not while any record was rejected whose id could not be read."),
        ("always", RemovalPolicy.Always, "Always."),
        ("explicit only", RemovalPolicy.ExplicitOnly, "Never: only tombstones remove."));

    private static readonly ValueKind<RemovalDelay> Delay = new RemovalDelayKind();

    private static readonly ValueKind<FeedLimits> LimitsKind = new GroupKind<FeedLimits>(
        Limits, "Write 'record', 'feed', 'expansion' or 'values' below it");

    private const string OthersDoc = "What to do with what a record holds beyond the declared fields.";
    private const string RemovalsDoc = "When the removals of a full feed are carried out.";
    private const string RebuildsDoc = "When a sync fills a new index by itself, and what becomes of the one before.";
    private const string DelayDoc = "How long a missing record's document stays: some feeds or some time.";
    private const string ChecksDoc = "The thresholds of the safety checks, which hold a plan or its removals for approval.";
    private const string LimitsDoc = "Bounds on what a feed may make the program do.";

    public static KeyTable<Tombstone> Tombstones { get; } = new(
    [
        new Key<Tombstone, FieldPath?>(
            "field",
            "The field that marks a record as gone.",
            new PathKind("Write the name of a field"),
            t => t.Field,
            (t, v) => t with { Field = v! })
        {
            Required = true,
        },
        new Key<Tombstone, IReadOnlyList<string>>(
            "values",
            "The values that mean \"removed\", compared as text without regard to case; true, 1 and yes without it.",
            new TextListKind("Write the values in brackets, such as [true]"),
            t => t.Values,
            (t, v) => t with { Values = v }),
    ]);

    public static Tombstone DefaultTombstone { get; } = new(FieldPath.Of("deleted"), ["true", "1", "yes"]);

    public static KeyTable<CatalogDefinition> Catalog { get; } = new(
    [
        new Key<CatalogDefinition, SourceDefinition>(
            "source",
            "Where its feeds come from: a file, a pattern, or an http(s) address.",
            SourceKeys.Kind,
            c => c.Source,
            (c, v) => c with { Source = v })
        {
            Required = true,
        },
        new Key<CatalogDefinition, FeedFormat>(
            "format",
            "How records lie in a feed. Compression is recognised by content.",
            FormatKeys.Kind,
            c => c.Format,
            (c, v) => c with { Format = v })
        {
            Required = true,
        },
        new Key<CatalogDefinition, FieldPath?>(
            "id",
            "The field of a record that holds its id.",
            new PathKind("Write the name of the field that holds each record's id"),
            c => c.Id,
            (c, v) => c with { Id = v! })
        {
            Required = true,
        },
        new Key<CatalogDefinition, FeedKind>(
            "feed",
            "What a feed holds.",
            new ChoiceKind<FeedKind>(
                "choices",
                ("full", FeedKind.Full, "Every live record: what is missing was removed."),
                ("incremental", FeedKind.Incremental, "Only changed records and tombstones: what is missing is unchanged.")),
            c => c.Feed,
            (c, v) => c with { Feed = v }),
        new Key<CatalogDefinition, Tombstone>(
            "tombstone",
            "How a record says that it is gone.",
            new GroupKind<Tombstone>(
                Tombstones, "Write the name of a field, or a group with 'field' and 'values'", new TombstoneKind()),
            c => c.Tombstone ?? DefaultTombstone,
            (c, v) => c with { Tombstone = v }),
        new Key<CatalogDefinition, RemovalPolicy>(
            "removals", RemovalsDoc, Removals, c => c.Removals, (c, v) => c with { Removals = v }),
        new Key<CatalogDefinition, RemovalDelay>(
            "removal delay", DelayDoc, Delay, c => c.RemovalDelay, (c, v) => c with { RemovalDelay = v }),
        new Key<CatalogDefinition, CatalogChecks>("checks", ChecksDoc, CheckKeys.Kind, c => c.Checks, (c, v) => c with { Checks = v }),
        new Key<CatalogDefinition, OtherFields>("others", OthersDoc, Others, c => c.Others, (c, v) => c with { Others = v }),
        new Key<CatalogDefinition, RebuildPolicy>("rebuilds", RebuildsDoc, RebuildKeys.Kind, c => c.Rebuilds, (c, v) => c with { Rebuilds = v }),
        new Key<CatalogDefinition, ImageSettings?>(
            "images",
            "What is done with the pictures that image fields refer to: tags, sizes, limits.",
            ImageKeys.Kind,
            c => c.Images,
            (c, v) => c with { Images = v }),
        new Key<CatalogDefinition, FeedLimits>("limits", LimitsDoc, LimitsKind, c => c.Limits, (c, v) => c with { Limits = v }),
        new Key<CatalogDefinition, IReadOnlyList<FieldDefinition>>(
            "fields",
            "The document's fields by name, in its order.",
            new FieldsKind(FieldKeys.Kind),
            c => c.Fields,
            (c, v) => c with { Fields = v }),
    ],
    ImageKeys.Check);

    public static KeyTable<CatalogDefaults> Defaults { get; } = new(
    [
        new Key<CatalogDefaults, SourceDefinition>(
            "source",
            "Timeout, retries and archive of all sources.",
            SourceKeys.Defaults,
            d => d.Source,
            (d, v) => d with { Source = v }),
        new Key<CatalogDefaults, RemovalPolicy>(
            "removals", RemovalsDoc, Removals, d => d.Removals, (d, v) => d with { Removals = v }),
        new Key<CatalogDefaults, RemovalDelay>(
            "removal delay", DelayDoc, Delay, d => d.RemovalDelay, (d, v) => d with { RemovalDelay = v }),
        new Key<CatalogDefaults, CatalogChecks>("checks", ChecksDoc, CheckKeys.Kind, d => d.Checks, (d, v) => d with { Checks = v }),
        new Key<CatalogDefaults, OtherFields>("others", OthersDoc, Others, d => d.Others, (d, v) => d with { Others = v }),
        new Key<CatalogDefaults, RebuildPolicy>("rebuilds", RebuildsDoc, RebuildKeys.Kind, d => d.Rebuilds, (d, v) => d with { Rebuilds = v }),
        new Key<CatalogDefaults, FeedLimits>("limits", LimitsDoc, LimitsKind, d => d.Limits, (d, v) => d with { Limits = v }),
    ]);

    public static KeyTable<WorkspaceOptions> Workspace { get; } = new(
    [
        new Key<WorkspaceOptions, string?>(
            "data",
            "The folder for ledgers, indexes, runs and spools, relative to this file or absolute.",
            new TextKind("Write a folder such as .reshelve", ProblemOfData),
            w => w.Data,
            (w, v) => w with { Data = v! }),
        new Key<WorkspaceOptions, int>(
            "parallel",
            "How many catalogs are synced at a time.",
            new WholeKind(1, 64),
            w => w.Parallel,
            (w, v) => w with { Parallel = v }),
        new Key<WorkspaceOptions, ClusterSettings?>(
            "index",
            "Where the indexes are: embedded (files in the data folder), or an Elasticsearch or OpenSearch cluster.",
            ClusterKeys.Kind,
            w => w.Cluster,
            (w, v) => w with { Cluster = v }),
        new Key<WorkspaceOptions, CatalogDefaults>(
            "defaults",
            "What definitions say where they are silent.",
            new GroupKind<CatalogDefaults>(
                Defaults, "Write 'source', 'removals', 'removal delay', 'checks', 'others', 'rebuilds' or 'limits' below it"),
            w => w.Defaults,
            (w, v) => w with { Defaults = v }),
    ]);

    private static string? ProblemOfData(string folder)
    {
        var plain = Path.TrimEndingDirectorySeparator(folder.Replace('\\', '/'));
        while (plain.StartsWith("./", StringComparison.Ordinal))
            plain = plain[2..];
        return plain is "." or "" or "catalogs" ? "is a folder of your own files, which the data must not mix with" : null;
    }

    /// <summary>The name of the field alone.</summary>
    private sealed class TombstoneKind : ValueKind<Tombstone>
    {
        private static readonly PathKind Field = new("Write the name of the field that marks a record as gone");

        public override Tombstone Read(YamlNode node, Tombstone current, string path, DefinitionReading reading) =>
            current with { Field = Field.Read(node, current.Field, path, reading)! };

        public override JsonObject Schema() => Field.Schema();
    }
}
