namespace Reshelve.SystemTests;

/// <summary>Runs that meet each other, or an impatient operator.</summary>
public sealed class InterruptionTests : IDisposable
{
    // Some seconds of work, so that there is something to interrupt.
    private const int Records = 300_000;

    private readonly TemporaryWorkspace _workspace = new();

    public InterruptionTests()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml + "\nchecks: { larger feed: off }\n");
        _workspace.Write("products.jsonl", Some.Products(Records));
    }

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_stops_between_two_batches_and_the_next_run_completes(string signal, int exitCode)
    {
        using (var first = _workspace.Start("sync", "shop", "--json"))
        {
            await UnderWayAsync(first);
            await first.SignalAsync(signal);
            var stopped = (await first.WaitAsync()).ShouldEndWith(exitCode).Json;
            stopped.Text("state").ShouldBe("stopped");
        }

        (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.Text("state").ShouldBe("done");
        (await _workspace.RunAsync("search", "shop", "--limit", "1", "--json")).ShouldEndWith(0).Json.Count("total").ShouldBe(Records);
    }

    [Fact]
    public async Task A_killed_run_loses_nothing_and_keeps_no_lock()
    {
        using (var first = _workspace.Start("sync", "shop", "--json"))
        {
            await UnderWayAsync(first);
            await first.SignalAsync("KILL");
            (await first.WaitAsync()).ExitCode.ShouldBe(137);
        }

        (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.Text("state").ShouldBe("done");
        (await _workspace.RunAsync("search", "shop", "--limit", "1", "--json")).ShouldEndWith(0).Json.Count("total").ShouldBe(Records);
    }

    [Fact]
    public async Task A_second_run_of_the_same_catalog_is_refused_and_names_the_first()
    {
        using var first = _workspace.Start("sync", "shop", "--json");
        await UnderWayAsync(first);

        var second = await _workspace.RunAsync("sync", "shop", "--json");

        first.HasExited.ShouldBeFalse("the first run was over before the second began");
        var report = second.ShouldEndWith(1).Json;
        report.Text("state").ShouldBe("failed");
        report.Text("error").ShouldContain("run 1");
        (await first.WaitAsync()).ShouldEndWith(0);
    }

    [Fact]
    public async Task Searches_go_on_while_a_run_writes()
    {
        _workspace.Write("small.jsonl", Some.Products(100));
        (await _workspace.RunAsync("sync", "shop", "--feed", "small.jsonl")).ShouldEndWith(0);
        using var run = _workspace.Start("sync", "shop", "--json");
        await UnderWayAsync(run);

        var found = (await _workspace.RunAsync("search", "shop", "product", "--json")).ShouldEndWith(0).Json;

        found.Count("total").ShouldBeGreaterThanOrEqualTo(100);
        (await run.WaitAsync()).ShouldEndWith(0);
    }

    // A run is under way when it has written to the data folder for a moment.
    private async Task UnderWayAsync(RunningProgram program)
    {
        var data = _workspace.PathOf(".reshelve");
        for (var waited = 0; waited < 600 && !program.HasExited && !(Directory.Exists(data) && Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Any()); waited++)
            await Task.Delay(50);
        await Task.Delay(700);
        program.HasExited.ShouldBeFalse("the run ended before it could be interrupted");
    }
}
