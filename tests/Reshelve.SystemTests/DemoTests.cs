namespace Reshelve.SystemTests;

public sealed class DemoTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task The_demo_shows_the_whole_way_and_can_be_repeated()
    {
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var demo = (await _workspace.RunAsync("demo", "--folder", "shop")).ShouldEndWith(0);

            demo.Out.ShouldContain("1,000 added");
            demo.Out.ShouldContain("9 added, 12 replaced, 41 patched, 7 removed");
            demo.Out.ShouldContain("rain jacket");
        }
    }

    [Fact]
    public async Task The_commands_that_it_suggests_work_when_pasted()
    {
        var demo = (await _workspace.RunAsync("demo", "--folder", "shop")).ShouldEndWith(0);
        var suggested = demo.Out[demo.Out.IndexOf("Now try:", StringComparison.Ordinal)..].Split('\n')
            .Select(line => line.Trim()).Where(line => line.StartsWith("reshelve ", StringComparison.Ordinal) && !line.Contains('<')).ToList();

        suggested.Count.ShouldBeGreaterThan(2);
        foreach (var line in suggested)
        {
            using var shell = ReshelveProgram.Start(_workspace.Folder, ["-c", line.Replace("reshelve ", $"'{ReshelveProgram.File}' ", StringComparison.Ordinal)], file: "/bin/sh");
            new[] { 0, 4 }.ShouldContain((await shell.WaitAsync()).ExitCode, line);
        }
    }

    [Fact]
    public async Task The_demo_deletes_nothing_of_others()
    {
        _workspace.Write("mine/letter.txt", "dear");

        (await _workspace.RunAsync("demo", "--folder", "mine")).ShouldEndWith(2).Error.ShouldContain("--folder");

        File.ReadAllText(_workspace.PathOf("mine/letter.txt")).ShouldBe("dear");
    }
}
