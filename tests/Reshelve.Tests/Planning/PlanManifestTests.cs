using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Planning;

namespace Reshelve.Tests.Planning;

public sealed class PlanManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_saved_is_loaded_again()
    {
        Everything.Save(_folder.Path);

        var loaded = PlanManifest.Load(_folder.Path);

        AsJson(loaded).ShouldBe(AsJson(Everything));
    }

    [Fact]
    public void The_quick_way_to_write_writes_the_same_as_the_serialiser()
    {
        Everything.Save(_folder.Path);

        File.ReadAllText(Path.Combine(_folder.Path, PlanManifest.FileName)).ShouldBe(AsJson(Everything));
    }

    [Fact]
    public void A_damaged_manifest_is_told_with_its_path_and_a_way_out()
    {
        File.WriteAllText(Path.Combine(_folder.Path, PlanManifest.FileName), "{ \"catalog\": ");

        var error = Should.Throw<ReshelveException>(() => PlanManifest.Load(_folder.Path));

        error.Message.ShouldContain(_folder.Path);
        error.Message.ShouldContain("--rebuild");
    }

    private static PlanManifest Everything { get; } = new()
    {
        Catalog = "products",
        Run = 12,
        EventsAfter = 11,
        Index = "products_20260101000000",
        CreatesIndex = true,
        Fields = [new PlanField("größe \"x\"", FieldType.Keyword, List: true, Volatile: false, Facet: true)],
        Definition = "one\ntwo",
        BasedOn = "000000000011.ledger",
        ChangesLedger = true,
        FeedIdentity = "files:1",
        Counts = new PlanCounts { Records = 7, Bytes = long.MaxValue, Added = 1, Missing = 2, Duplicates = 3 },
        Verdicts = [new PlanVerdict("empty feed", VerdictOutcome.Held, HeldPart.Plan, "it is <empty>")],
        HeldRemovals = [new PlanBatch { Number = 2, File = "held-000002.ndjson", Changes = 1, Bytes = 10 }],
        HeldSince = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        LiveIndex = "products_20250101000000",
        LiveLedger = "000000000010.ledger",
        StaysAside = true,
        Approves = 9,
        Batches = [new PlanBatch { Number = 1, File = "changes-000001.ndjson", Changes = 5, Bytes = 900, Superseded = [0, 3] }],
    };

    private static string AsJson(PlanManifest plan) => JsonSerializer.Serialize(plan, PlanningJson.Default.PlanManifest);
}
