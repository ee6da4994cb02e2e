using System.Globalization;

namespace Reshelve.SystemTests;

/// <summary>
/// The program killed at calls that change files: renames, deletions, flushes, new folders, and in the middle of writes. The run after it
/// ends with the index of a fresh workspace. A sample of the calls by default; RESHELVE_TEST_CALLS says how many per command, and
/// RESHELVE_TEST_SEED which.
/// </summary>
public sealed class KilledAtEveryCallTests(ITestOutputHelper output) : IDisposable
{
    private const int UsualCalls = 6;
    private const string Put = """{"id":"p7","title":"Put by hand","brand":"Brand 1","price":7}""";

    private readonly TemporaryWorkspace _base = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml);
    private readonly TemporaryWorkspace _fresh = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml);

    public void Dispose()
    {
        _base.Dispose();
        _fresh.Dispose();
    }

    [Theory]
    [InlineData("first", "sync shop")]
    [InlineData("changed", "sync shop")]
    [InlineData("changed", "rebuild shop")]
    [InlineData("changed", "put shop -")]
    [InlineData("changed", "remove shop p3")]
    [InlineData("changed", "rollback shop")]
    [InlineData("changed", "ledger rebuild shop")]
    public async Task After_a_kill_at_any_call_the_next_sync_ends_with_the_index_of_a_fresh_workspace(string state, string command)
    {
        var library = KillingLibrary.Build(_base);
        await PrepareAsync(state);
        var calls = await NoteCallsAsync(library, command);
        var seed = Seeds.One();
        var sample = Sample(calls, Setting("RESHELVE_TEST_CALLS") ?? UsualCalls, new Random(seed));
        output.WriteLine($"Seed {seed}: {sample.Count} of {calls.Length} calls ({calls}); replay with RESHELVE_TEST_SEED={seed}.");
        foreach (var call in sample)
        {
            using var workspace = Copy();
            var place = $"seed {seed}, '{command}' killed at call {call} ({calls[call]})";
            (await RunAsync(workspace, command, library.KillingAt(call))).ExitCode.ShouldBeOneOf(0, 137);
            await RepeatAsync(workspace, command, place);
            var synced = (await workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json;
            synced.Text("state").ShouldBe("done", place);
            await LiveIndex.ShouldBeTheSameAsync(workspace, _fresh, "shop", place);
            (await workspace.RunAsync("verify", "shop")).ExitCode.ShouldBe(0, place);
        }
    }

    /// <summary>What an operator does after a crash: the same again. What is done again changes nothing more.</summary>
    private static async Task RepeatAsync(TemporaryWorkspace workspace, string command, string place)
    {
        if (command.StartsWith("put", StringComparison.Ordinal))
        {
            (await RunAsync(workspace, command, [])).ExitCode.ShouldBe(0, place);
            (await LiveIndex.ReadAsync(workspace, "shop"))["p7"].ShouldContain("Put by hand", Case.Sensitive, place);
        }
        else if (command.StartsWith("remove", StringComparison.Ordinal))
        {
            (await RunAsync(workspace, command, [])).ExitCode.ShouldBe(0, place);
            (await LiveIndex.ReadAsync(workspace, "shop")).ShouldNotContainKey("p3", place);
        }
        else if (command.StartsWith("ledger", StringComparison.Ordinal))
        {
            (await RunAsync(workspace, command, [])).ExitCode.ShouldBe(0, place);
        }
    }

    /// <summary>A workspace about to run the command, and a fresh one of the same feed.</summary>
    private async Task PrepareAsync(string state)
    {
        if (state == "changed")
        {
            _base.Write("products.jsonl", Some.Products(60));
            (await _base.RunAsync("sync", "shop")).ShouldEndWith(0);
            (await _base.RunAsync("rebuild", "shop")).ShouldEndWith(0);
            (await _base.RunAsync("remove", "shop", "p5")).ShouldEndWith(0);
        }

        var feed = Some.Products(Enumerable.Range(3, 60), number => number % 4);
        _base.Write("products.jsonl", feed);
        _fresh.Write("products.jsonl", feed);
        (await _fresh.RunAsync("sync", "shop")).ShouldEndWith(0);
    }

    private async Task<string> NoteCallsAsync(KillingLibrary library, string command)
    {
        using var workspace = Copy();
        var log = workspace.PathOf("calls");
        (await RunAsync(workspace, command, library.Noting(log))).ShouldEndWith(0);
        return await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken);
    }

    /// <summary>Calls to be killed at: writes are many and alike, so half of the sample is of the others.</summary>
    private static List<int> Sample(string calls, int count, Random random)
    {
        var all = Enumerable.Range(0, calls.Length).ToArray();
        random.Shuffle(all);
        var others = all.Where(call => calls[call] != 'w').Take((count + 1) / 2).ToList();
        return [.. others.Concat(all.Except(others).Take(count - others.Count)).Order()];
    }

    private TemporaryWorkspace Copy()
    {
        var copy = new TemporaryWorkspace();
        foreach (var path in Directory.EnumerateFiles(_base.Folder, "*", SearchOption.AllDirectories))
        {
            var file = Path.GetRelativePath(_base.Folder, path);
            if (!file.StartsWith("kill", StringComparison.Ordinal))
                copy.Write(file, File.ReadAllBytes(path));
        }

        return copy;
    }

    private static async Task<Outcome> RunAsync(TemporaryWorkspace workspace, string command, Dictionary<string, string?> environment)
    {
        var arguments = command.Split(' ');
        if (arguments[^1] != "-")
            return await ReshelveProgram.RunAsync(workspace.Folder, arguments, environment);
        workspace.Write("put.jsonl", Put);
        arguments = ["-c", $"exec '{ReshelveProgram.File}' {string.Join(' ', arguments[..^1])} < put.jsonl"];
        using var program = ReshelveProgram.Start(workspace.Folder, arguments, environment, "/bin/sh");
        return await program.WaitAsync();
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : null;
}
