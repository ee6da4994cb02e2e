using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Catalogs;

public sealed class DefinitionTests
{
    private const string Least = "source: feeds/a.jsonl\nformat: jsonl\nid: id\n";

    [Fact]
    public void The_least_definition_takes_the_defaults()
    {
        var catalog = TemporaryWorkspace.One(Least);

        catalog.Name.ShouldBe("shop");
        catalog.Source.Path.ShouldBe("feeds/a.jsonl");
        catalog.Format.Kind.ShouldBe(FeedFormatKind.Jsonl);
        catalog.Id.ShouldBe(FieldPath.Of("id"));
        catalog.Fields.ShouldBeEmpty();
        catalog.Feed.ShouldBe(FeedKind.Full);
        catalog.Others.ShouldBe(OtherFields.Store);
        catalog.Removals.ShouldBe(RemovalPolicy.WhenClean);
        catalog.Tombstone.ShouldBeNull();
        catalog.Limits.ShouldBe(new FeedLimits());
    }

    [Fact]
    public void Everything_can_be_said()
    {
        var catalog = TemporaryWorkspace.One("""
            source: { url: "https://shop.example/feed.json", headers: { Authorization: "Bearer ${SHOP_TOKEN}" }, timeout: 1.5m, retries: 0, archive: 7 }
            format: { type: json, records: data.products, count: data.total, encoding: utf-16 }
            id: "['sku.no']"
            feed: incremental
            tombstone: { field: meta.deleted, values: [true, "gone"] }
            removals: explicit only
            removal delay: 36h
            checks:
              empty feed: off
              removals: { share: 2.5%, floor: 0 }
              replaced: off
              larger feed: 300 %
            others: drop
            rebuilds: { retain: 5, above: 72.5 %, least: 0 }
            limits: { record: 2 MiB, feed: 500 MB, expansion: 50 }
            fields:
              title: text
              name: { type: text, from: title, boost: 2.5, required: true }
              price: { type: number, from: offer.price, volatile: true }
              tags: { type: keyword, list: true, facet: true }
            """);

        catalog.Source.Url.ShouldBe(new Uri("https://shop.example/feed.json"));
        catalog.Source.Headers["authorization"].ShouldBe("Bearer ${SHOP_TOKEN}");
        (catalog.Source.Timeout, catalog.Source.Retries, catalog.Source.Archive).ShouldBe((TimeSpan.FromSeconds(90), 0, 7));
        catalog.Format.ShouldBe(new FeedFormat
        {
            Kind = FeedFormatKind.Json,
            Records = FieldPath.Of("data", "products"),
            Count = FieldPath.Of("data", "total"),
            Encoding = FeedEncoding.Utf16,
        });
        catalog.Id.Segments.ShouldBe(["sku.no"]);
        catalog.Feed.ShouldBe(FeedKind.Incremental);
        catalog.Tombstone!.Field.ShouldBe(FieldPath.Of("meta", "deleted"));
        catalog.Tombstone.Values.ShouldBe(["true", "gone"]);
        (catalog.Removals, catalog.Others).ShouldBe((RemovalPolicy.ExplicitOnly, OtherFields.Drop));
        catalog.RemovalDelay.ShouldBe(new RemovalDelay(0, TimeSpan.FromHours(36)));
        catalog.Checks.ShouldBe(new CatalogChecks
        {
            EmptyFeed = false, Removals = new CheckLimit(0.025m, 0), Replaced = null, LargerFeed = new CheckLimit(3, 100),
        });
        catalog.Rebuilds.ShouldBe(new RebuildPolicy { Retain = 5, Above = 0.725m, Least = 0 });
        catalog.Limits.ShouldBe(new FeedLimits { RecordBytes = 2 << 20, FeedBytes = 500_000_000, ExpansionRatio = 50 });
        catalog.Fields.ShouldBe(
        [
            new FieldDefinition { Name = "title", From = FieldPath.Of("title"), Type = FieldType.Text },
            new FieldDefinition { Name = "name", From = FieldPath.Of("title"), Type = FieldType.Text, Boost = 2.5, Required = true },
            new FieldDefinition { Name = "price", From = FieldPath.Of("offer", "price"), Type = FieldType.Number, Volatile = true },
            new FieldDefinition { Name = "tags", From = FieldPath.Of("tags"), Type = FieldType.Keyword, List = true, Facet = true },
        ]);
    }

    [Fact]
    public void A_source_can_be_a_path_a_pattern_or_an_address()
    {
        TemporaryWorkspace.One(Least.Replace("feeds/a.jsonl", "'feeds/*.gz'")).Source.Path.ShouldBe("feeds/*.gz");
        TemporaryWorkspace.One(Least.Replace("feeds/a.jsonl", "http://h/x")).Source.Url.ShouldBe(new Uri("http://h/x"));
        TemporaryWorkspace.One(Least.Replace("feeds/a.jsonl", "{ path: '*.gz', pick: newest }")).Source.Pick.ShouldBe(FilePick.Newest);
    }

    [Fact]
    public void Tsv_is_csv_with_a_tab_and_delimiters_have_names()
    {
        TemporaryWorkspace.One(Least.Replace("jsonl\nid", "tsv\nid")).Format
            .ShouldBe(new FeedFormat { Kind = FeedFormatKind.Csv, Delimiter = '\t' });
        TemporaryWorkspace.One(Least.Replace("jsonl\nid", "{ type: csv, delimiter: tab }\nid")).Format.Delimiter.ShouldBe('\t');
        TemporaryWorkspace.One(Least.Replace("jsonl\nid", "{ type: csv, delimiter: \";\" }\nid")).Format.Delimiter.ShouldBe(';');
    }

    [Fact]
    public void A_tombstone_can_be_just_a_field()
    {
        var tombstone = TemporaryWorkspace.One(Least + "tombstone: deleted\n").Tombstone!;
        tombstone.Field.ShouldBe(FieldPath.Of("deleted"));
        tombstone.Values.ShouldBe(["true", "1", "yes"]);
    }

    [Theory]
    [InlineData("none", 0, 0)]
    [InlineData("1 feed", 1, 0)]
    [InlineData("3 feeds", 3, 0)]
    [InlineData("2d", 0, 48 * 60)]
    [InlineData("1.5 h", 0, 90)]
    [InlineData("10m", 0, 10)]
    public void A_removal_delay_is_a_number_of_feeds_or_a_time(string written, int feeds, int minutes) =>
        TemporaryWorkspace.One(Least + $"removal delay: {written}\n").RemovalDelay.ShouldBe(new RemovalDelay(feeds, TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void A_definition_changes_single_checks_of_the_workspace_defaults()
    {
        using var workspace = new TemporaryWorkspace()
            .With("reshelve.yaml", "defaults: { removal delay: 2 feeds, checks: { removals: off, rejected: 1% } }")
            .With("catalogs/a.yaml", Least)
            .With("catalogs/b.yaml", Least + "removal delay: none\nchecks: { removals: { floor: 7 }, replaced: 90% }\n");

        var catalogs = workspace.Load().Catalogs;

        catalogs[0].RemovalDelay.ShouldBe(new RemovalDelay(2, TimeSpan.Zero));
        catalogs[0].Checks.ShouldBe(new CatalogChecks { Removals = null, Rejected = new CheckLimit(0.01m, 20) });
        catalogs[1].RemovalDelay.ShouldBe(RemovalDelay.None);
        catalogs[1].Checks.ShouldBe(new CatalogChecks
        {
            Removals = new CheckLimit(0.1m, 7), Rejected = new CheckLimit(0.01m, 20), Replaced = new CheckLimit(0.9m, 50),
        });
    }

    [Fact]
    public void A_definition_says_what_the_workspace_defaults_do_not()
    {
        using var workspace = new TemporaryWorkspace()
            .With("reshelve.yaml", "data: /var/shelf\nparallel: 5\ndefaults: { others: drop, removals: always, limits: { record: 1 MiB, expansion: 9 }, source: { retries: 1, archive: 2 } }")
            .With("catalogs/a.yaml", Least)
            .With("catalogs/b.yaml", Least + "others: store\nlimits: { expansion: 10 }\n");

        var opened = Workspace.Open(workspace.Folder);
        var catalogs = opened.LoadCatalogs().Catalogs;

        (opened.DataFolder, opened.Options.Parallel).ShouldBe(("/var/shelf", 5));
        (catalogs[0].Others, catalogs[0].Removals, catalogs[0].Source.Retries, catalogs[0].Source.Archive)
            .ShouldBe((OtherFields.Drop, RemovalPolicy.Always, 1, 2));
        catalogs[1].Others.ShouldBe(OtherFields.Store);
        catalogs[1].Limits.ShouldBe(new FeedLimits { RecordBytes = 1 << 20, ExpansionRatio = 10 });
    }

    [Fact]
    public void Anchors_are_shared_rather_than_copied()
    {
        var catalog = TemporaryWorkspace.One(Least + "fields:\n  a: &keyword { type: keyword, facet: true }\n  b: *keyword\n");
        catalog.Fields.Select(f => (f.Name, f.From.ToString(), f.Facet)).ShouldBe([("a", "a", true), ("b", "b", true)]);
    }

    [Theory]
    [InlineData("16 MiB", 16 << 20)]
    [InlineData("16MiB", 16 << 20)]
    [InlineData("1.5 kib", 1536)]
    [InlineData("2000", 2000)]
    [InlineData("3 kB", 3000)]
    [InlineData("1 GiB", 1 << 30)]
    public void Sizes_have_units(string written, int bytes) =>
        TemporaryWorkspace.One(Least + $"limits: {{ record: {written} }}").Limits.RecordBytes.ShouldBe(bytes);

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("1 h", 3600)]
    public void Times_have_units(string written, double seconds) =>
        TemporaryWorkspace.One(Least.Replace("feeds/a.jsonl", $"{{ url: http://h/, timeout: {written} }}"))
            .Source.Timeout.TotalSeconds.ShouldBe(seconds);
}
