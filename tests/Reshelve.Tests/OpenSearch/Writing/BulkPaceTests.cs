using Reshelve.Catalogs;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Writing;

namespace Reshelve.Tests.OpenSearch.Writing;

public sealed class BulkPaceTests
{
    private const long Bytes = 1 << 20;
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(500);
    private readonly HandClock _time = new();
    private readonly Jitter _jitter = new(new Random(1));

    [Fact]
    public async Task The_window_grows_while_all_goes_well_up_to_the_limit()
    {
        var pace = Pace(requests: 8);
        pace.Window.ShouldBe(2);

        await SucceedAsync(pace, 20);

        pace.Window.ShouldBe(8);
    }

    [Fact]
    public async Task Nobody_enters_a_full_window_until_someone_leaves()
    {
        var pace = Pace(requests: 1);
        await pace.EnterAsync(default);
        var second = pace.EnterAsync(default);
        second.IsCompleted.ShouldBeFalse();

        pace.Leave();

        (await second).ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_is_forgotten_however_many_wait()
    {
        var pace = Pace(requests: 3);
        var underWay = 0;
        var most = 0;

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(async () =>
        {
            var ticket = await pace.EnterAsync(default);
            InterlockedMax(ref most, Interlocked.Increment(ref underWay));
            await Task.Yield();
            Interlocked.Decrement(ref underWay);
            pace.Succeeded(ticket, Bytes, Usual);
            pace.Leave();
        })));

        most.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task After_a_rejection_nobody_sends_for_a_while_and_then_one_at_a_time()
    {
        var pace = Pace(requests: 8);
        await SucceedAsync(pace, 20);
        var ticket = await pace.EnterAsync(default);

        pace.Rejected(ticket, TimeSpan.FromSeconds(20));
        pace.Leave();

        pace.Window.ShouldBe(1);
        var next = pace.EnterAsync(default);
        _time.Advance(TimeSpan.FromSeconds(19.9));
        next.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await next;
        pace.EnterAsync(default).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_has_a_place_already_waits_too()
    {
        var pace = Pace(requests: 8, documents: 10);
        var rejected = await pace.EnterAsync(default);
        await pace.EnterAsync(default);
        await pace.MaySendAsync(10, 1, default);
        var sending = pace.MaySendAsync(10, 1, default);

        pace.Rejected(rejected, TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilSomebodyWaitsAsync();
        sending.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(4));
        await sending;
    }

    [Fact]
    public async Task Who_has_just_got_a_place_waits_too()
    {
        var pace = Pace();
        var rejected = await pace.EnterAsync(default);
        await pace.EnterAsync(default);

        pace.Rejected(rejected, TimeSpan.FromSeconds(5));
        var sending = pace.MaySendAsync(10, 1, default);

        sending.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(5));
        await sending;
    }

    [Fact]
    public async Task What_was_under_way_together_is_one_rejection()
    {
        var (many, one) = (Pace(requests: 8), Pace(requests: 8));
        await SucceedAsync(many, 20);
        await SucceedAsync(one, 20);
        foreach (var (pace, count) in new[] { (many, 6), (one, 1) })
        {
            var tickets = new List<long>();
            for (var i = 0; i < 6; i++)
                tickets.Add(await pace.EnterAsync(default));
            tickets.Take(count).ToList().ForEach(ticket => pace.Rejected(ticket, null));
            tickets.ForEach(_ => pace.Leave());
        }

        // The first wait is a second at most.
        var (first, second) = (many.EnterAsync(default), one.EnterAsync(default));
        _time.Advance(TimeSpan.FromSeconds(1.1));
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task Requests_that_take_far_longer_than_usual_halve_the_window_once_a_round()
    {
        var pace = Pace(requests: 8);
        await SucceedAsync(pace, 30);
        var tickets = new List<long>();
        for (var i = 0; i < 8; i++)
            tickets.Add(await pace.EnterAsync(default));

        foreach (var ticket in tickets)
        {
            pace.Succeeded(ticket, Bytes, TimeSpan.FromSeconds(20));
            pace.Leave();
        }

        pace.Window.ShouldBe(4);
        await SucceedAsync(pace, 100);
        pace.Window.ShouldBe(8);
    }

    [Fact]
    public void Requests_that_were_too_large_get_smaller_and_slowly_larger_again()
    {
        var pace = Pace();
        var largest = pace.RequestBytes;

        pace.WasTooLarge(1_000_000);
        pace.RequestBytes.ShouldBe(500_000);
        pace.Succeeded(1, 499_000, Usual);
        pace.RequestBytes.ShouldBeInRange(500_001, 510_000);

        for (var i = 0; i < 10_000; i++)
            pace.Succeeded(1, pace.RequestBytes, Usual);
        pace.RequestBytes.ShouldBe(largest);
        for (var i = 0; i < 100; i++)
            pace.WasTooLarge(1);
        pace.RequestBytes.ShouldBe(64 << 10);
    }

    [Fact]
    public async Task A_wait_can_be_ended()
    {
        var pace = Pace(requests: 1);
        await pace.EnterAsync(default);
        using var end = new CancellationTokenSource();
        var waiting = pace.EnterAsync(end.Token);

        await end.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        pace.Leave();
        await pace.EnterAsync(default);
    }

    private BulkPace Pace(int requests = 8, long? documents = null) => new(new WriteLimits { Requests = requests, Documents = documents }, _time, _jitter);

    private static async Task SucceedAsync(BulkPace pace, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var ticket = await pace.EnterAsync(default);
            pace.Succeeded(ticket, Bytes, Usual);
            pace.Leave();
        }
    }

    private async Task UntilSomebodyWaitsAsync()
    {
        while (_time.CountWaits(atMost: TimeSpan.FromMinutes(1)) == 0)
            await Task.Delay(1);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = Interlocked.CompareExchange(ref most, value, seen))
        {
        }
    }
}
