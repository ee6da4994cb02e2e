namespace Reshelve.SystemTests;

/// <summary><c>./reshelve</c> itself. The tests were built just now, so it must not build.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task The_script_works_from_any_folder_and_through_links()
    {
        File.CreateSymbolicLink(_workspace.PathOf("outer"), Path.Combine(ReshelveProgram.Root, "reshelve"));
        File.CreateSymbolicLink(_workspace.PathOf("inner"), "outer");

        var outcome = (await RunAsync(_workspace.PathOf("inner"), "--version")).ShouldEndWith(0);

        outcome.Out.ShouldStartWith("0.");
    }

    [Fact]
    public async Task Arguments_pass_through_unchanged()
    {
        var outcome = (await RunAsync(Path.Combine(ReshelveProgram.Root, "reshelve"), "two words", "$HOME", "*")).ShouldEndWith(2);

        outcome.Error.ShouldContain("'two words'");
    }

    [Fact]
    public async Task Without_the_sdk_it_says_what_to_install()
    {
        // A PATH with the few tools that the script needs, and no dotnet.
        var tools = Directory.CreateDirectory(_workspace.PathOf("tools")).FullName;
        foreach (var tool in new[] { "bash", "find", "readlink", "touch", "mkdir", "flock", "cat" })
        {
            var found = new[] { "/usr/bin", "/bin" }.Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);
            if (found is not null)
                File.CreateSymbolicLink(Path.Combine(tools, tool), found);
        }

        using var program = ReshelveProgram.Start(
            _workspace.Folder, ["--version"], new Dictionary<string, string?> { ["PATH"] = tools, ["HOME"] = _workspace.Folder, ["DOTNET_ROOT"] = null },
            Path.Combine(ReshelveProgram.Root, "reshelve"));

        (await program.WaitAsync()).ShouldEndWith(1).Error.ShouldContain("Install the .NET 10 SDK");
    }

    private async Task<Outcome> RunAsync(string script, params string[] arguments)
    {
        using var program = ReshelveProgram.Start(_workspace.Folder, arguments, file: script);
        return await program.WaitAsync();
    }
}
