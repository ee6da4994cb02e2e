namespace Reshelve.SystemTests;

/// <summary>A run whose process is stopped in the middle of its work, and goes on when another has had the catalog.</summary>
public sealed class SuspensionTests : IDisposable
{
    private const int Records = 50_000;
    private const int Rounds = 2;
    private const int MostRounds = 8;

    private static readonly Dictionary<string, string?> QuickTerms = new() { ["RESHELVE_TEST_LEASE_SECONDS"] = "2" };

    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_run_that_was_stopped_for_too_long_loses_its_catalog_and_changes_nothing_afterwards()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that stops a process.");
        _workspace.WithCatalog("shop", Some.ProductsYaml);
        using var fresh = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml);
        var newer = Some.Products(Enumerable.Range(100, Records), n => n % 10);
        fresh.Write("products.jsonl", newer);
        (await fresh.RunAsync("sync", "shop")).ShouldEndWith(0);
        var takenOver = 0;
        // A run may be over before it is stopped, or be stopped where nothing can be taken from it: then it is tried again.
        for (var round = 0; round < Rounds || (takenOver == 0 && round < MostRounds); round++)
        {
            _workspace.Write("products.jsonl", Some.Products(Records, n => n + round));
            var former = Start(round % 2 == 0 ? "sync" : "rebuild");
            await Task.Delay(400 + (round % 2 * 250));
            if (former.HasExited)
                continue;
            await former.SignalAsync("STOP");
            await Task.Delay(2_500);
            _workspace.Write("products.jsonl", newer);
            var next = await ReshelveProgram.RunAsync(_workspace.Folder, ["rebuild", "shop", "--json"], QuickTerms);
            await former.SignalAsync("CONT");
            var woken = await former.WaitAsync();
            former.Dispose();
            if (next.ExitCode != 0)
            {
                // It was stopped in one of the moments in which nothing can be taken from it; that is told, and passes.
                next.ShouldEndWith(1).Json.Text("error").ShouldContain("another process has held");
                continue;
            }

            if (next.Json.GetProperty("notes").EnumerateArray().Any(note => note.GetString()!.Contains("was taken over", StringComparison.Ordinal)))
            {
                takenOver++;
                woken.ShouldEndWith(1).Json.Text("error").ShouldContain("no longer has catalog 'shop'");
            }

            await LiveIndex.ShouldBeTheSameAsync(_workspace, fresh, "shop", $"round {round}");
            var settled = (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json;
            (settled.Count("added"), settled.Count("replaced"), settled.Count("patched"), settled.Count("removed")).ShouldBe((0, 0, 0, 0));
            (await _workspace.RunAsync("verify", "shop")).ShouldEndWith(0);
        }

        takenOver.ShouldBeGreaterThan(0, "so that it was take-overs that were tried");
    }

    private RunningProgram Start(string verb) => ReshelveProgram.Start(_workspace.Folder, [verb, "shop", "--json"], QuickTerms);
}
