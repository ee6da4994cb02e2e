using Reshelve.Host.Output;
using Reshelve.Running;

namespace Reshelve.Tests.Host;

public sealed class ProgressTests
{
    private readonly ManualTime _time = new();
    private readonly ProgressBoard _board;

    public ProgressTests() => _board = new ProgressBoard(_time);

    [Fact]
    public void A_line_tells_stage_share_rate_and_remaining_time()
    {
        _board.Report(new RunProgress("shop", RunStage.Plan, 0, 1_000, 0));
        _time.Advance(TimeSpan.FromSeconds(4));
        _board.Report(new RunProgress("shop", RunStage.Plan, 250, 1_000, 1_200_000));

        Line().ShouldBe("shop: planning, 25 %, 1,200,000 records, 300,000/s, 12 s left");
    }

    [Fact]
    public void Without_a_total_there_is_no_share_and_no_end_in_sight()
    {
        _board.Report(new RunProgress("shop", RunStage.Receive, 0, null, 0));
        _time.Advance(TimeSpan.FromSeconds(2));
        _board.Report(new RunProgress("shop", RunStage.Receive, 8_000_000, null, 0));

        Line().ShouldBe("shop: receiving, 8.0 MB, 4.0 MB/s");
    }

    [Fact]
    public void Each_stage_has_its_own_pace()
    {
        _board.Report(new RunProgress("shop", RunStage.Plan, 0, 10, 0));
        _time.Advance(TimeSpan.FromMinutes(10));
        _board.Report(new RunProgress("shop", RunStage.Apply, 0, 100, 0));
        _time.Advance(TimeSpan.FromSeconds(1));
        _board.Report(new RunProgress("shop", RunStage.Apply, 50, 100, 50));

        Line().ShouldBe("shop: applying, 50 %, 50 documents, 50/s, 1.0 s left");
    }

    [Fact]
    public void More_than_announced_is_not_more_than_all()
    {
        _board.Report(new RunProgress("shop", RunStage.Plan, 0, 10, 0));
        _time.Advance(TimeSpan.FromSeconds(1));
        _board.Report(new RunProgress("shop", RunStage.Plan, 20, 10, 5));

        Line().ShouldBe("shop: planning, 100 %, 5 records, 5/s");
    }

    [Fact]
    public void Catalogs_are_told_apart_and_end_on_their_own()
    {
        _board.Report(new RunProgress("b", RunStage.Plan, 1, 10, 1));
        _board.Report(new RunProgress("a", RunStage.Plan, 1, 10, 1));
        _board.End("a");

        _board.Catalogs.Select(catalog => (catalog.Name, catalog.Ended)).ShouldBe([("a", true), ("b", false)]);
    }

    private string Line() => new ProgressLines(_board, new CapturedTerminal().Terminal, _time).Line(_board.Catalogs[0]);
}
