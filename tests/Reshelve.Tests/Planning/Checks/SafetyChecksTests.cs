using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Planning;

namespace Reshelve.Tests.Planning.Checks;

/// <summary>Each check below, at and above its threshold and its floor.</summary>
public sealed class SafetyChecksTests
{
    private const long Known = 10_000;

    private static PlanCounts Counts => new() { Records = Known, Unchanged = Known };

    [Theory]
    [InlineData(1000, 10_000, false)]
    [InlineData(1001, 10_000, true)]
    [InlineData(50, 60, false)]
    [InlineData(51, 60, true)]
    [InlineData(51, 511, false)]
    [InlineData(51, 509, true)]
    [InlineData(39, 40, false)]
    [InlineData(0, 0, false)]
    public void Removals_are_held_above_a_tenth_and_fifty(long missing, long known, bool held) =>
        IsHeld("removals", Counts with { Missing = missing }, known, HeldPart.Removals).ShouldBe(held);

    [Fact]
    public void Tombstones_are_removals_and_kept_documents_are_not()
    {
        IsHeld("removals", Counts with { Removed = 600, Missing = 401 }, Known, HeldPart.Removals).ShouldBeTrue();
        IsHeld("removals", Counts with { Removed = 600, Missing = 401, Kept = 1 }, Known, HeldPart.Removals).ShouldBeFalse();
    }

    [Theory]
    [InlineData(500, 10_000, false)]
    [InlineData(501, 10_000, true)]
    [InlineData(20, 30, false)]
    [InlineData(21, 30, true)]
    [InlineData(1, 10, false)]
    public void Rejected_records_are_held_above_a_twentieth_and_twenty(long rejected, long records, bool held) =>
        IsHeld("rejected", Counts with { Records = records, Rejected = rejected }, Known, HeldPart.Plan).ShouldBe(held);

    [Theory]
    [InlineData(3, 0, 0, true)]
    [InlineData(3, 1, 0, false)]
    [InlineData(0, 0, 0, false)]
    [InlineData(1, 0, 5, false)]
    public void An_index_is_not_published_empty_because_all_was_rejected(long rejected, long added, long known, bool held) =>
        IsHeld("rejected", new PlanCounts { Records = Math.Max(1, rejected + added), Rejected = rejected, Added = added }, known, HeldPart.Plan).ShouldBe(held);

    [Theory]
    [InlineData(2000, 10_000, false)]
    [InlineData(2001, 10_000, true)]
    [InlineData(50, 60, false)]
    [InlineData(51, 60, true)]
    public void Duplicates_are_held_above_a_fifth_and_fifty(long duplicates, long records, bool held) =>
        IsHeld("duplicates", Counts with { Records = records, Duplicates = duplicates }, Known, HeldPart.Plan).ShouldBe(held);

    [Theory]
    [InlineData(5000, 10_000, false)]
    [InlineData(4999, 10_000, true)]
    [InlineData(100, 200, false)]
    [InlineData(99, 200, true)]
    [InlineData(1, 101, false)]
    public void A_feed_of_less_than_half_the_usual_size_is_held(long records, long usual, bool held) =>
        IsHeld("smaller feed", Counts with { Records = records, Missing = 1 }, Known, HeldPart.Removals, Recent(usual)).ShouldBe(held);

    [Theory]
    [InlineData(20_000, 10_000, false)]
    [InlineData(20_001, 10_000, true)]
    [InlineData(110, 10, false)]
    [InlineData(111, 10, true)]
    public void A_feed_of_more_than_twice_the_usual_size_is_held(long records, long usual, bool held) =>
        IsHeld("larger feed", Counts with { Records = records }, Known, HeldPart.Plan, Recent(usual)).ShouldBe(held);

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 500, true)]
    [InlineData(10, 0, true)]
    public void After_an_empty_feed_no_size_is_too_large_for_an_index_that_holds_nothing(long usual, long known, bool held) =>
        IsHeld("larger feed", Counts, known, HeldPart.Plan, Recent(usual)).ShouldBe(held);

    [Fact]
    public void The_usual_size_is_the_median_so_that_one_odd_feed_does_not_count()
    {
        IsHeld("smaller feed", Counts with { Missing = 1 }, Known, HeldPart.Removals, Recent(10_000, 10_000, 90_000)).ShouldBeFalse();
        IsHeld("larger feed", Counts, Known, HeldPart.Plan, Recent(10_000, 10_000, 20)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(5000, 9000, false)]
    [InlineData(5001, 5001, true)]
    [InlineData(9000, 5000, false)]
    [InlineData(9000, 5001, true)]
    public void Renewed_ids_are_named_as_such_and_nothing_else_is_said_of_the_removals(long missing, long added, bool held)
    {
        var verdicts = Judge(Counts with { Missing = missing, Added = added }, Known, null);
        var renewed = verdicts.Single(verdict => verdict.Check == "renewed ids");
        (renewed.IsHeld, renewed.Part).ShouldBe((held, HeldPart.Plan));
        if (held)
            renewed.Text.ShouldStartWith("ids were renewed");
        verdicts.Single(verdict => verdict.Check == "removals").IsHeld.ShouldBe(!held);
    }

    [Fact]
    public void Renewed_ids_of_a_small_catalog_are_below_the_floor() =>
        IsHeld("renewed ids", Counts with { Missing = 50, Added = 50 }, 50, HeldPart.Plan).ShouldBeFalse();

    [Fact]
    public void An_empty_feed_is_told_as_that_alone()
    {
        var verdict = Judge(new PlanCounts { Missing = Known }, Known, Recent(Known)).ShouldHaveSingleItem();
        (verdict.Check, verdict.IsHeld, verdict.Part).ShouldBe(("empty feed", true, HeldPart.Plan));
    }

    [Fact]
    public void What_is_held_as_a_smaller_feed_is_not_held_again_as_removals()
    {
        var held = Judge(Counts with { Records = 4000, Missing = 6000 }, Known, Recent(Known)).Where(verdict => verdict.IsHeld);
        held.ShouldHaveSingleItem().Check.ShouldBe("smaller feed");
    }

    [Fact]
    public void Removals_wait_when_the_source_changed_and_not_when_there_are_none()
    {
        var moved = new PlanCircumstances { FormerSource = "a.example/feed", Source = "b.example/feed" };
        IsHeld("source changed", Counts with { Missing = 1 }, Known, HeldPart.Removals, moved).ShouldBeTrue();
        IsHeld("source changed", Counts, Known, HeldPart.Removals, moved).ShouldBeFalse();
    }

    [Fact]
    public void The_first_feed_comes_from_where_it_comes_from()
    {
        var first = new PlanCircumstances { FeedNumber = 1, Source = "a.example/feed" };
        OutcomeOf("source changed", first).ShouldBe(VerdictOutcome.PassedOver);
        OutcomeOf("source changed", first with { FeedNumber = 2 }).ShouldBe(VerdictOutcome.Passed);
        OutcomeOf("source changed", first with { FeedNumber = 2, Source = null }).ShouldBe(VerdictOutcome.PassedOver);

        static VerdictOutcome OutcomeOf(string check, PlanCircumstances circumstances) =>
            Judge(Counts, Known, circumstances).Single(verdict => verdict.Check == check).Outcome;
    }

    [Theory]
    [InlineData(true, false, VerdictOutcome.Held)]
    [InlineData(true, true, VerdictOutcome.Passed)]
    [InlineData(true, null, VerdictOutcome.PassedOver)]
    [InlineData(false, false, VerdictOutcome.Passed)]
    [InlineData(false, true, VerdictOutcome.Passed)]
    public void A_feed_without_its_last_line_break_is_held_if_the_one_before_had_it(bool isOpen, bool? former, VerdictOutcome outcome)
    {
        var circumstances = new PlanCircumstances { FormerEndedOpen = former };
        var verdict = Judging(Some.Catalog(), circumstances);
        (verdict.Outcome, verdict.Part).ShouldBe((outcome, HeldPart.Plan));
        Judging(Some.Catalog() with { Checks = CatalogChecks.None }, circumstances).IsHeld.ShouldBeFalse();
        Judging(Some.Catalog() with { Format = new FeedFormat { Kind = FeedFormatKind.Xml } }, circumstances).IsHeld.ShouldBeFalse();
        Judging(Some.Catalog(), circumstances with { IsRepeated = true }).IsHeld.ShouldBeFalse();

        PlanVerdict Judging(CatalogDefinition definition, PlanCircumstances judgedBy) =>
            new SafetyChecks(definition, Counts, Known, judgedBy, isOpen).Judge().Single(verdict => verdict.Check == "open end");
    }

    [Fact]
    public void Every_check_can_be_switched_off()
    {
        var counts = new PlanCounts { Records = 40_000, Rejected = 40_000, Duplicates = 40_000, Missing = Known, Added = Known };
        var circumstances = Recent(100) with { FormerSource = "a", Source = "b", FormerEndedOpen = false };
        new SafetyChecks(Some.Catalog() with { Checks = CatalogChecks.None }, counts, Known, circumstances, endsOpen: true).Judge().ShouldAllBe(verdict => !verdict.IsHeld);
        new SafetyChecks(Some.Catalog() with { Checks = CatalogChecks.None }, new PlanCounts(), Known, circumstances).Judge()
            .ShouldAllBe(verdict => !verdict.IsHeld);
    }

    [Fact]
    public void A_definition_that_reads_ids_otherwise_is_the_operators_own_change()
    {
        var counts = Counts with { Missing = Known, Added = Known };
        Judge(counts, Known, new PlanCircumstances { IdsOtherwise = true, MapsOtherwise = true }).ShouldAllBe(verdict => !verdict.IsHeld);
    }

    [Fact]
    public void A_definition_that_only_maps_otherwise_does_not_let_removals_pass() =>
        IsHeld("removals", Counts with { Missing = 2000 }, Known, HeldPart.Removals, new PlanCircumstances { MapsOtherwise = true }).ShouldBeTrue();

    [Fact]
    public void An_incremental_feed_is_judged_by_its_tombstones_and_its_rejected_records_alone()
    {
        var definition = Some.Catalog() with { Feed = FeedKind.Incremental };
        var counts = new PlanCounts { Records = 2000, Duplicates = 1900, Removed = 1001, Rejected = 101 };
        new SafetyChecks(definition, counts, Known, Recent(100_000)).Judge().Where(verdict => verdict.IsHeld).Select(verdict => verdict.Check)
            .ShouldBe(["rejected", "removals"]);
    }

    private static PlanCircumstances Recent(params long[] records) => new() { RecentRecords = records };

    private static IReadOnlyList<PlanVerdict> Judge(PlanCounts counts, long known, PlanCircumstances? circumstances) =>
        new SafetyChecks(Some.Catalog(), counts, known, circumstances ?? PlanCircumstances.None).Judge();

    private static bool IsHeld(string check, PlanCounts counts, long known, HeldPart part, PlanCircumstances? circumstances = null)
    {
        var verdict = Judge(counts, known, circumstances).Single(verdict => verdict.Check == check);
        verdict.Part.ShouldBe(part);
        verdict.Text.ShouldNotBeNullOrWhiteSpace();
        return verdict.IsHeld;
    }
}
