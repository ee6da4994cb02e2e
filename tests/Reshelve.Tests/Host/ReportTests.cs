using System.Text.Json;
using Reshelve.Host;
using Reshelve.Host.Commands;
using Reshelve.Host.Output;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Tests.Host;

public sealed class ReportTests
{
    private static readonly RunReport Done = new()
    {
        Catalog = "shop",
        Run = 7,
        State = RunState.Done,
        Started = new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero),
        Feed = new FeedTotals(1_006, 412_000),
        Added = 8,
        Patched = 40,
        Unchanged = 957,
        Parsed = 49,
        Rejected = 1,
        Seconds = new StageSeconds(0.001, 0.01, 0.1, 0.12),
    };

    [Fact]
    public void A_report_says_what_happened_and_where_to_look_next() => Text(Done).ShouldBe(
        """
        shop: done (run 7, 0.12 s)
          read       1,006 records (412 KB), 49 parsed
          changed    8 added, 40 patched
          unchanged  957
          rejected   1 record, see reshelve rejected shop --run 7 --workspace ws

        """.ReplaceLineEndings("\n"));

    [Fact]
    public void The_rate_is_told_of_feeds_that_are_large_enough_to_have_one() =>
        Text(Done with { Feed = new FeedTotals(101_000, 60_000_000), Seconds = new StageSeconds(0, 0.1, 0, 0.1) })
            .ShouldContain("101,000 records (60 MB) at 1.0 M/s, 49 parsed");

    [Fact]
    public void A_plan_says_where_it_lies() =>
        Text(Done with { State = RunState.Planned, PlanFolder = "/ws/.reshelve/plan" }).ShouldContain("  plan       /ws/.reshelve/plan\n");

    [Fact]
    public void A_held_plan_says_why_and_that_nothing_was_applied() =>
        Text(Done with { State = RunState.Held, Rejected = 0, HeldReasons = ["The feed is empty.\nLook at the source."] }).ShouldSatisfyAllConditions(
            text => text.ShouldContain("held, nothing applied"),
            text => text.ShouldContain("  would be   8 added, 40 patched\n"),
            text => text.ShouldContain("  held       The feed is empty.\n             Look at the source.\n"));

    [Fact]
    public void What_holds_a_plan_comes_first_and_what_holds_nothing_takes_a_line_unless_it_is_asked_for()
    {
        var held = Done with
        {
            State = RunState.Held, HeldReasons = ["too many"],
            Verdicts =
            [
                new("rejected", VerdictOutcome.Passed, HeldPart.Plan, "none"), new("replaced", VerdictOutcome.Held, HeldPart.Plan, "too many"),
                new("larger feed", VerdictOutcome.PassedOver, HeldPart.Plan, "no other"),
            ],
        };
        Text(held).ShouldContain("  held       too many\n  others     1 passed, 1 not judged, see reshelve runs shop 7 --workspace ws\n");
        Text(held, tellsAll: true).ShouldContain("  held       too many\n  check      rejected: passed, none\n  check      larger feed: not judged, no other\n");
        Text(held with { State = RunState.Planned }).ShouldContain("  held       too many\n  check      rejected: passed, none\n");
    }

    [Fact]
    public void An_error_cannot_steer_the_terminal() =>
        Text(Done with { State = RunState.Failed, Error = "\e]0;x\a" }).ShouldContain("\\u001b]0;x\\u0007");

    [Fact]
    public void The_json_has_every_promised_member()
    {
        using var json = Json(Done with { HeldReasons = ["why"] });
        var root = json.RootElement;

        root.GetProperty("catalog").GetString().ShouldBe("shop");
        root.GetProperty("run").GetInt64().ShouldBe(7);
        root.GetProperty("state").GetString().ShouldBe("done");
        root.GetProperty("feed").GetRawText().ShouldBe("{\"records\":1006,\"bytes\":412000}");
        foreach (var (name, value) in new[]
        {
            ("added", 8), ("replaced", 0), ("patched", 40), ("removed", 0), ("unchanged", 957), ("rejected", 1), ("duplicates", 0), ("parsed", 49),
        })
            root.GetProperty(name).GetInt64().ShouldBe(value, name);
        root.GetProperty("heldReasons").GetRawText().ShouldBe("[\"why\"]");
        root.GetProperty("seconds").GetRawText().ShouldBe("{\"receive\":0.001,\"plan\":0.01,\"apply\":0.1,\"total\":0.12}");
        root.TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void Odd_seconds_do_not_break_the_json(double seconds) => Should.NotThrow(() => Json(Done with { Seconds = new StageSeconds(seconds, 0, 0, 0) }).Dispose());

    [Theory]
    [InlineData(RunState.Done, 0, ExitCodes.Done)]
    [InlineData(RunState.Done, 1, ExitCodes.Rejected)]
    [InlineData(RunState.Planned, 0, ExitCodes.Done)]
    [InlineData(RunState.Held, 1, ExitCodes.Held)]
    [InlineData(RunState.Failed, 1, ExitCodes.Failed)]
    [InlineData(RunState.Stopped, 0, ExitCodes.Interrupted)]
    public void Every_ending_has_an_exit_code(RunState state, long rejected, int code) =>
        SyncVerb.CodeOf(Done with { State = state, Rejected = rejected }).ShouldBe(code);

    [Theory]
    [InlineData(RunState.Done)]
    [InlineData(RunState.Planned)]
    public void What_is_held_is_never_reported_as_done(RunState state)
    {
        var report = Done with { State = state, Rejected = 1, RemovalsHeld = 70, HeldReasons = ["too many removals"] };
        SyncVerb.CodeOf(report).ShouldBe(ExitCodes.Held);
        Text(report).ShouldContain("too many removals");
        if (state == RunState.Done)
            Text(report).ShouldSatisfyAllConditions(text => text.ShouldContain("done, but removals are held"), text => text.ShouldContain("70 removals for approval"));
        using var json = Json(report);
        json.RootElement.GetProperty("heldReasons").GetArrayLength().ShouldBe(1);
        json.RootElement.GetProperty("removalsHeld").GetInt64().ShouldBe(70);
    }

    [Fact]
    public void Of_several_endings_the_most_serious_counts() =>
        new[] { ExitCodes.Rejected, ExitCodes.Done, ExitCodes.Failed, ExitCodes.Held }.Aggregate(ExitCodes.Worse).ShouldBe(ExitCodes.Failed);

    private static string Text(RunReport report, bool tellsAll = false)
    {
        var captured = new CapturedTerminal();
        new ReportText(captured.Terminal, new CommandHint("reshelve", "ws"), tellsAll).Write(report);
        return captured.Out;
    }

    private static JsonDocument Json(RunReport report)
    {
        var captured = new CapturedTerminal();
        JsonOutput.WriteLine(captured.Terminal, writer => ReportJson.Write(writer, report));
        captured.Out.Count(character => character == '\n').ShouldBe(1);
        return JsonDocument.Parse(captured.Out);
    }
}
