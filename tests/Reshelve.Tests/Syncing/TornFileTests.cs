using System.Text;
using Reshelve.Feeds;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>
/// Every small file that the program keeps, torn or overwritten, while nothing happens and after a kill: either the next sync copes, or it
/// says what is damaged and a rebuild gets out of it. Never a wrong index, never an error that nobody thought of.
/// </summary>
public sealed class TornFileTests
{
    private static readonly string[] First = [.. Enumerable.Range(0, 40).Select(i => Line(i, 1))];
    private static readonly string[] Second = [.. Enumerable.Range(1, 41).Select(i => Line(i, i % 6 == 0 ? 2 : 1))];
    private static readonly string[] Third = [.. Enumerable.Range(2, 41).Select(i => Line(i, i % 5 == 0 ? 3 : 1))];

    private static readonly Dictionary<string, Func<byte[], byte[]>> Damages = new()
    {
        ["emptied"] = _ => [],
        ["cut in half"] = bytes => bytes[..(bytes.Length / 2)],
        ["one byte short"] = bytes => bytes[..^1],
        ["filled with zeros"] = bytes => new byte[bytes.Length],
        ["a bit flipped"] = bytes => [.. bytes[..(bytes.Length / 2)], (byte)(bytes[bytes.Length / 2] ^ 0x10), .. bytes[((bytes.Length / 2) + 1)..]],
        ["other JSON"] = _ => "[{\"run\":{}}]"u8.ToArray(),
        ["null"] = _ => "null"u8.ToArray(),
    };

    [Theory]
    [InlineData("")]
    [InlineData("write")]
    [InlineData("promote")]
    public async Task A_damaged_file_is_told_or_coped_with_and_never_makes_a_wrong_index(string crashAfter)
    {
        using var folder = new TemporaryFolder();
        await PrepareAsync(folder.Path, crashAfter);
        await using var fresh = new SyncBench();
        await fresh.SyncLines(Third);
        var expected = await fresh.Documents();
        await using (var whole = new SyncBench(folder.Path))
            {
            var report = await whole.SyncLines(Third);
            report.State.ShouldBe(RunState.Done, $"without any damage: {report.Error} {string.Join(" ", Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))}");
        }
        var problems = new List<string>();
        foreach (var file in SmallFiles(folder.Path))
        {
            foreach (var (damage, apply) in Damages)
            {
                try
                {
                    await TryAsync(folder.Path, file, damage, apply, expected);
                }
                catch (Exception error)
                {
                    problems.Add($"{file} {damage}: {error.GetType().Name} {error.Message}");
                }
            }
        }

        problems.ShouldBeEmpty();
    }

    private static async Task TryAsync(string data, string file, string damage, Func<byte[], byte[]> apply, Dictionary<string, string> expected)
    {
        var place = $"{file} {damage}";
        await using var bench = new SyncBench(data);
        var path = Path.Combine(bench.DataFolder, file);
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0)
            return;
        File.WriteAllBytes(path, apply(bytes));

        await LookAroundAsync(bench, place);
        var report = await bench.SyncLines(Third);
        if (report.State != RunState.Done)
        {
            report.State.ShouldBe(RunState.Failed, place);
            ShouldBeClear(report.Error, place);
            if (report.Error!.Contains("ove that file away", StringComparison.OrdinalIgnoreCase))
                File.Delete(path);
            var rebuilt = await bench.RebuildLines(Third);
            rebuilt.State.ShouldBe(RunState.Done, $"{place}: after '{report.Error}', {rebuilt.Error}");
        }

        if (file.EndsWith("events.journal", StringComparison.Ordinal))
        {
            // What was put cannot be known from a journal that lost it: the index is asked.
            await bench.Repair.VerifyAsync(bench.Definition, mend: true, CancellationToken.None);
            (await bench.SyncLines(Third)).State.ShouldBe(RunState.Done, place);
        }

        (await bench.Documents()).ShouldBe(expected, place);
        (await bench.SyncLines(Third)).State.ShouldBe(RunState.Done, place);
        (await bench.Documents()).ShouldBe(expected, place);
    }

    /// <summary>What else an operator may do first: each does it, or says what is damaged.</summary>
    private static async Task LookAroundAsync(SyncBench bench, string place)
    {
        Func<Task>[] looks =
        [
            () => bench.Listed(),
            () => bench.Repair.VerifyAsync(bench.Definition, mend: false, CancellationToken.None),
            () => bench.Indexes.SweepAsync(bench.Definition, dryRun: true, CancellationToken.None),
            () => Task.FromResult(bench.Runs.List("shop", 10)),
            () => bench.Documents(),
        ];
        foreach (var look in looks)
        {
            try
            {
                await look();
            }
            catch (ReshelveException error)
            {
                ShouldBeClear(error.Message, place);
            }
        }
    }

    private static void ShouldBeClear(string? error, string place)
    {
        error.ShouldNotBeNull(place);
        error.ShouldNotContain("unexpected:", Case.Insensitive, place);
        error.Length.ShouldBeGreaterThan(20, place);
    }

    /// <summary>A catalog that was synced, had single documents written, and was killed.</summary>
    private static async Task PrepareAsync(string to, string crashAfter)
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(First);
        await bench.RebuildLines(First);
        await bench.SyncLines(First);
        await bench.Put(Line(3, 9), Line(99, 9));
        await bench.Put(Line(3, 8));
        if (crashAfter.Length == 0)
        {
            bench.Snapshot(to);
            return;
        }

        bench.Index.After = (name, _) =>
        {
            if (name != crashAfter)
                return;
            bench.Index.After = (_, _) => { };
            bench.Snapshot(to);
        };
        await bench.SyncLines([.. Second], new SyncOptions { Rebuild = crashAfter == "promote" });
        bench.Index.After = (_, _) => { };
    }

    private static IEnumerable<string> SmallFiles(string data) =>
        Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(data, path))
            .Where(path => !path.EndsWith(".db", StringComparison.Ordinal) && !IsSqlite(Path.Combine(data, path)))
            .Order(StringComparer.Ordinal);

    private static bool IsSqlite(string path)
    {
        if (path.EndsWith("-wal", StringComparison.Ordinal) || path.EndsWith("-shm", StringComparison.Ordinal))
            return true;
        var head = new byte[15];
        using var file = File.OpenRead(path);
        return file.Read(head) == head.Length && Encoding.ASCII.GetString(head) == "SQLite format 3";
    }

    private static string Line(int id, int version) => $$"""{"id":"{{id}}","name":"n{{version}}"}""";
}
