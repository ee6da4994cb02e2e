using System.Globalization;
using System.Text;

namespace Reshelve.SystemTests;

/// <summary>
/// The program killed at random moments. Whatever it was doing, the run after it ends with the index that a fresh workspace has
/// of the same feed. A failure names its seed: replay it with RESHELVE_TEST_SEED=&lt;seed&gt;; the moments of the kills depend on the
/// machine, though. RESHELVE_TEST_KILLS says how many kills there are.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Records = 200_000;
    private const int Feeds = 4;
    private const int UsualKills = 12;

    // Random feeds lack more than the checks let pass.
    private const string Unchecked = "\nchecks: { removals: off, smaller feed: off }\n";

    private readonly TemporaryWorkspace _workspace = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml + Unchecked);
    private readonly TemporaryWorkspace[] _fresh = [.. Enumerable.Range(0, Feeds).Select(_ => new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml + Unchecked))];

    public void Dispose()
    {
        _workspace.Dispose();
        foreach (var fresh in _fresh)
            fresh.Dispose();
    }

    [Fact]
    public async Task A_sync_or_rebuild_killed_at_any_moment_is_followed_by_a_sync_that_ends_with_the_index_of_a_fresh_workspace()
    {
        var seed = Seeds.One();
        var kills = Setting("RESHELVE_TEST_KILLS") ?? UsualKills;
        output.WriteLine($"Seed {seed}, {kills} kills; replay with RESHELVE_TEST_SEED={seed}.");
        var random = new Random(seed);
        var usual = await PrepareAsync(random);
        var (held, attempts) = (0, 0);
        for (var equal = 0; equal < kills; attempts++)
        {
            attempts.ShouldBeLessThan(kills * 6, "so many programs ended before they were killed");
            var killed = false;
            var place = $"seed {seed}, attempt {attempts}:";
            // Mostly each kill is followed by a recovery; sometimes the recovery is killed too, and again.
            var chain = random.Next(3) > 0 ? 1 : random.Next(2, 9);
            for (var kill = 0; kill < chain; kill++)
            {
                held = (held + 1 + random.Next(Feeds - 1)) % Feeds;
                File.Copy(_fresh[held].PathOf("products.jsonl"), _workspace.PathOf("products.jsonl"), overwrite: true);
                var (arguments, lasts) = random.Next(10) switch
                {
                    0 => (new[] { "sync", "shop", "--rebuild" }, usual.Rebuild),
                    1 or 2 => (["rebuild", "shop"], usual.Rebuild),
                    _ => (["sync", "shop"], usual.Sync),
                };
                var after = lasts * (0.05 + random.NextDouble());
                killed = await KillAsync(after, arguments);
                place += $" {string.Join(' ', arguments)} of feed {held}, {(killed ? "killed" : "over")} after {after.TotalSeconds:F2} s;";
            }

            output.WriteLine(place);
            var outcome = (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0);
            outcome.Json.Text("state").ShouldBe("done", $"{place} {outcome.Out}");
            await LiveIndex.ShouldBeTheSameAsync(_workspace, _fresh[held], "shop", place);
            equal += killed ? 1 : 0;
        }

        output.WriteLine($"{kills} of {kills} equal.");
    }

    /// <summary>Writes the feeds and their indexes; says how long a sync and a rebuild usually take.</summary>
    private async Task<(TimeSpan Sync, TimeSpan Rebuild)> PrepareAsync(Random random)
    {
        double[] changed = [0, 0.01, 0.2, 0.7];
        for (var feed = 0; feed < Feeds; feed++)
        {
            _fresh[feed].Write("products.jsonl", Feed(random.Next(), changed[feed]));
            (await _fresh[feed].RunAsync("sync", "shop")).ShouldEndWith(0);
        }

        var times = new List<TimeSpan>();
        foreach (var feed in new[] { 0, 2 })
        {
            File.Copy(_fresh[feed].PathOf("products.jsonl"), _workspace.PathOf("products.jsonl"), overwrite: true);
            times.Add((await _workspace.RunAsync("sync", "shop")).ShouldEndWith(0).Elapsed);
        }

        return (times[1], (await _workspace.RunAsync("rebuild", "shop")).ShouldEndWith(0).Elapsed);
    }

    /// <summary>Whether it was killed before it ended by itself.</summary>
    private async Task<bool> KillAsync(TimeSpan after, string[] arguments)
    {
        using var program = _workspace.Start(arguments);
        await Task.Delay(after);
        if (!program.HasExited)
            await program.SignalAsync("KILL");
        var outcome = await program.WaitAsync();
        outcome.ExitCode.ShouldBeOneOf(0, 137);
        return outcome.ExitCode == 137;
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : null;

    /// <summary>A feed with about that share of its records changed or missing, as the seed wants it.</summary>
    private static string Feed(int seed, double changed)
    {
        var random = new Random(seed);
        var lines = new StringBuilder();
        for (var i = 0; i < Records; i++)
        {
            var kind = random.NextDouble() < changed ? random.Next(4) : 4;
            // One in forty, so that no check holds the plan.
            if (kind == 0 && random.Next(10) == 0)
                continue;
            var title = kind == 1 ? $"Other {random.Next(1000)}" : "Product";
            lines.Append($$"""{"id":"p{{i}}","title":"{{title}} {{i}} of the shop","brand":"Brand {{i % 7}}","price":{{(kind == 2 ? random.Next(1000) : i)}}}""").Append('\n');
        }

        return lines.ToString();
    }
}
