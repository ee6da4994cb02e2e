using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Planning;
using Shouldly;

namespace Reshelve.Tests.Planning;

public class PlanManifestJsonTests
{
    private static readonly PlanManifest Smallest = new()
    {
        Catalog = "shoes", Run = 7, Index = "shoes_20260102030405", CreatesIndex = false, EventsAfter = 7, Counts = new PlanCounts(),
    };

    private static readonly PlanManifest Largest = new()
    {
        Version = 2,
        Catalog = "shoes",
        Run = 7,
        Index = "shoes_20260102030405",
        CreatesIndex = true,
        StaysAside = true,
        Fields =
        [
            new PlanField("title", FieldType.Text, List: false, Volatile: false, Facet: true),
            new PlanField("größe \"XL\" <b>", FieldType.Number, List: true, Volatile: true, Facet: false),
        ],
        Definition = "id: \"a\"\n\tü\u2028😀",
        BasedOn = "000000000006.ledger",
        ChangesLedger = true,
        FeedIdentity = "feed.jsonl|12|34",
        EventsAfter = 6,
        Counts = new PlanCounts
        {
            Records = 1, Bytes = 2, Added = 3, Replaced = 4, Patched = 5, Removed = 6, Unchanged = 7, Rejected = 8, RejectedWithoutId = 9,
            Duplicates = 10, Parsed = 11, Missing = 12, Kept = 13, RemovalsHeld = long.MaxValue,
        },
        Verdicts =
        [
            new PlanVerdict("removals", VerdictOutcome.Held, HeldPart.Removals, "12 of 1,006 documents & more"),
            new PlanVerdict("empty feed", VerdictOutcome.PassedOver, HeldPart.Missing, "off"),
        ],
        Batches =
        [
            new PlanBatch { Number = 1, File = "changes-000001.ndjson", Changes = 3, Bytes = 400, Superseded = [0, 2] },
            new PlanBatch { Number = 2, File = "removals-000002.ndjson", Changes = 1, Bytes = 40 },
        ],
        HeldRemovals = [new PlanBatch { Number = 3, File = "held-removals-000003.ndjson", Changes = 1, Bytes = 40 }],
        HeldSince = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2)),
        LiveIndex = "shoes_20260101000000",
        LiveLedger = "000000000005.ledger",
        Background = new PlanBackground("mapping", "ids", "https://shop.example/feed", 4, 1_000_000, true),
        RetainsIndexes = 2,
        MostRefused = 20,
        KeepsFeeds = 3,
        Approves = 3,
    };

    [Fact]
    public void Every_member_of_a_manifest_is_tried()
    {
        foreach (var property in typeof(PlanManifest).GetProperties().Where(property => property.CanWrite))
            property.GetValue(Largest).ShouldNotBe(property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null, property.Name);
    }

    public static TheoryData<int> Manifests => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_manifest_is_written_as_the_serialiser_that_reads_it_would_write_it(int number)
    {
        var plan = number switch
        {
            0 => Smallest,
            1 => Largest,
            _ => Largest with { Background = new PlanBackground("mapping", "ids", null, 4, null, false), HeldSince = DateTimeOffset.UnixEpoch },
        };

        var written = PlanManifestJson.Write(plan);

        Encoding.UTF8.GetString(written).ShouldBe(JsonSerializer.Serialize(plan, PlanningJson.Default.PlanManifest));
        JsonSerializer.Serialize(JsonSerializer.Deserialize(written, PlanningJson.Default.PlanManifest), PlanningJson.Default.PlanManifest)
            .ShouldBe(Encoding.UTF8.GetString(written));
    }

    // Without this, a member that is added to one of these and forgotten in the writer would only be noticed where a test happens to set it.
    [Fact]
    public void The_largest_manifest_leaves_no_member_at_its_default()
    {
        foreach (var member in JsonSerializer.SerializeToElement(Largest, PlanningJson.Default.PlanManifest).EnumerateObject())
            member.Value.ToString().ShouldNotBeOneOf("", "0", "[]", "False");
    }
}
