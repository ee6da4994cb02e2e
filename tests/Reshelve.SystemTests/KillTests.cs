using System.Diagnostics;
using System.Text;
using Reshelve.Embedded;

namespace Reshelve.SystemTests;

/// <summary>
/// The program killed at random moments. Whatever it was doing, the run after it ends with the index that a fresh workspace has
/// of the same
/// feed. A failure names its seed: replay it with RESHELVE_TEST_SEED=&lt;seed&gt;; the moments of the kills depend on the
/// machine, though.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Records = 100_000;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(45);

    // Random feeds lack more than the checks let pass.
    private const string Unchecked = "\nchecks: { removals: off, smaller feed: off }\n";

    private readonly TemporaryWorkspace _workspace = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml + Unchecked);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_sync_killed_at_any_moment_is_followed_by_one_that_ends_with_the_index_of_a_fresh_workspace()
    {
        var seed = Environment.GetEnvironmentVariable("RESHELVE_TEST_SEED") is { } given ? int.Parse(given) : Random.Shared.Next();
        output.WriteLine($"Seed {seed}; replay with RESHELVE_TEST_SEED={seed}.");
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        var usual = TimeSpan.FromSeconds(4);
        for (var round = 1; clock.Elapsed < Enough || round < 2; round++)
        {
            var kills = random.Next(2, 8);
            for (var kill = 0; kill < kills; kill++)
            {
                WriteFeed(random.Next(), random.NextDouble());
                var after = TimeSpan.FromSeconds(0.1 + (random.NextDouble() * usual.TotalSeconds));
                var arguments = random.Next(10) switch
                {
                    0 => new[] { "sync", "shop", "--rebuild" },
                    1 or 2 => ["rebuild", "shop"],
                    _ => ["sync", "shop"],
                };
                output.WriteLine($"round {round}: {string.Join(' ', arguments)}, killed after {after.TotalSeconds:F2} s");
                await KillAsync(after, arguments);
            }

            var (feed, changed) = (random.Next(), random.NextDouble());
            WriteFeed(feed, changed);
            var outcome = (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0);
            outcome.Json.Text("state").ShouldBe("done", $"seed {seed}, round {round}: {outcome.Out}");
            usual = TimeSpan.FromSeconds(Math.Clamp(outcome.Elapsed.TotalSeconds * 1.2, 0.5, 8));
            await ShouldHoldAsync(feed, changed, $"seed {seed}, round {round}");
        }
    }

    private async Task KillAsync(TimeSpan after, string[] arguments)
    {
        using var program = _workspace.Start(arguments);
        await Task.Delay(after);
        if (!program.HasExited)
            await program.SignalAsync("KILL");
        (await program.WaitAsync()).ExitCode.ShouldBeOneOf(0, 137);
    }

    /// <summary>Compares the whole index with that of a fresh workspace.</summary>
    private async Task ShouldHoldAsync(int feed, double changed, string place)
    {
        using var fresh = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml);
        WriteFeed(feed, changed, fresh);
        (await fresh.RunAsync("sync", "shop")).ShouldEndWith(0);
        await using var actual = new EmbeddedIndexEngine(_workspace.PathOf(".reshelve/indexes"), TimeProvider.System);
        await using var expected = new EmbeddedIndexEngine(fresh.PathOf(".reshelve/indexes"), TimeProvider.System);
        await using var found = (await DocumentsAsync(actual)).GetAsyncEnumerator();
        await foreach (var (id, document) in await DocumentsAsync(expected))
        {
            (await found.MoveNextAsync()).ShouldBeTrue($"{place}: {id} and what follows is missing");
            found.Current.Id.ShouldBe(id, place);
            if (!found.Current.Document.Span.SequenceEqual(document.Span))
                Encoding.UTF8.GetString(found.Current.Document.Span).ShouldBe(Encoding.UTF8.GetString(document.Span), place);
        }

        if (await found.MoveNextAsync())
            Assert.Fail($"{place}: {found.Current.Id} should not be there");
    }

    private static async Task<IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)>> DocumentsAsync(EmbeddedIndexEngine engine) =>
        engine.ReadAllAsync((await engine.ListAsync("shop", CancellationToken.None)).Single(index => index.Live).Name, CancellationToken.None);

    /// <summary>A feed with about that share of its records changed or missing, as the seed wants it.</summary>
    private void WriteFeed(int seed, double changed) => WriteFeed(seed, changed, _workspace);

    private static void WriteFeed(int seed, double changed, TemporaryWorkspace workspace)
    {
        var random = new Random(seed);
        var lines = new StringBuilder();
        for (var i = 0; i < Records; i++)
        {
            var kind = random.NextDouble() < changed * changed ? random.Next(4) : 4;
            if (kind == 0)
                continue;
            var title = kind == 1 ? $"Other {random.Next(1000)}" : "Product";
            lines.Append($$"""{"id":"p{{i}}","title":"{{title}} {{i}} of the shop","brand":"Brand {{i % 7}}","price":{{(kind == 2 ? random.Next(1000) : i)}}}""").Append('\n');
        }

        workspace.Write("products.jsonl", lines.ToString());
    }
}
