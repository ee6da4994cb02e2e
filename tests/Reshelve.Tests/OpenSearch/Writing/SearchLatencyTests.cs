using Reshelve.OpenSearch.Writing;

namespace Reshelve.Tests.OpenSearch.Writing;

public sealed class SearchLatencyTests
{
    private readonly SearchLatency _latency = new(limit: null);

    [Fact]
    public void What_is_usual_is_learnt_of_an_index_that_nobody_searched_before()
    {
        IsSlow(0, 0).ShouldBeFalse();
        IsSlow(20, 20 * 150).ShouldBeTrue();
        IsSlow(200, 200 * 150).ShouldBeFalse();
        IsSlow(220, 220 * 150).ShouldBeFalse();
        IsSlow(240, (220 * 150) + (20 * 400)).ShouldBeTrue();
    }

    [Fact]
    public void Counters_that_begin_anew_are_compared_with_nothing()
    {
        IsSlow(1000, 1000 * 10).ShouldBeFalse();
        IsSlow(10, 10 * 500).ShouldBeFalse();
        IsSlow(20, (10 * 500) + (10 * 20)).ShouldBeFalse();
        IsSlow(30, (10 * 500) + (10 * 20) + (10 * 300)).ShouldBeTrue();
    }

    private bool IsSlow(long searches, double milliseconds) => _latency.IsSlow(searches, TimeSpan.FromMilliseconds(milliseconds));
}
