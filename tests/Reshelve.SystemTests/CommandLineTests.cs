namespace Reshelve.SystemTests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("demo")]
    [InlineData("init")]
    [InlineData("check")]
    [InlineData("plan")]
    [InlineData("sync")]
    [InlineData("search")]
    [InlineData("runs")]
    [InlineData("rejected")]
    [InlineData("catalogs")]
    [InlineData("schema")]
    [InlineData("put")]
    [InlineData("remove")]
    [InlineData("rebuild")]
    [InlineData("promote")]
    [InlineData("rollback")]
    [InlineData("indexes")]
    [InlineData("sweep")]
    [InlineData("held")]
    [InlineData("approve")]
    [InlineData("discard")]
    [InlineData("redrive")]
    [InlineData("verify")]
    public async Task Every_command_has_help_with_examples(string command)
    {
        var help = (await _workspace.RunAsync(command, "--help")).ShouldEndWith(0);

        help.Out.ShouldContain("Examples:");
        help.Out.ShouldContain($"  reshelve {command}");
        help.Out.ShouldContain("--workspace");
        help.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_arguments_it_says_what_it_can_do()
    {
        var help = (await _workspace.RunAsync()).ShouldEndWith(2);

        help.Out.ShouldContain("reshelve demo");
        help.Out.ShouldContain("Exit codes:");
    }

    [Theory]
    [InlineData("Did you mean 'sync'?", "snyc")]
    [InlineData("Did you mean '--feed'?", "sync", "--fed", "x")]
    [InlineData("Did you mean '--facet'?", "search", "shop", "--fcet", "brand")]
    [InlineData("Write -- before words that begin with a dash", "search", "shop", "-leather")]
    [InlineData("Did you mean 'shop'?", "sync", "shp")]
    [InlineData("Did you mean 'shop'?", "runs", "sho")]
    [InlineData("name exactly one", "sync", "--feed", "x.jsonl")]
    [InlineData("name exactly one", "plan", "shop", "other", "--feed", "x.jsonl")]
    [InlineData("there is no file", "sync", "shop", "--feed", "nothing.jsonl")]
    [InlineData("a whole number is expected", "runs", "--limit", "many")]
    [InlineData("above zero", "runs", "--limit", "0")]
    [InlineData("zero or more", "search", "shop", "--offset", "-1")]
    [InlineData("Did you mean 'brand'?", "search", "shop", "--facet", "brnd")]
    [InlineData("bounds are included", "search", "shop", "--filter", "price>3")]
    [InlineData("has no runs yet", "runs", "shop", "7")]
    [InlineData("does not exist", "runs", "--workspace", "/nowhere/at/all")]
    [InlineData("There is no file", "init", "nothing.jsonl")]
    [InlineData("reshelve ledger rebuild --help", "ledger", "rebuild")]
    public async Task A_wrong_command_line_is_explained(string explanation, params string[] arguments)
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml);

        var outcome = (await _workspace.RunAsync(arguments)).ShouldEndWith(2);

        outcome.Error.ShouldContain(explanation);
        outcome.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task For_machines_an_error_is_json_on_the_output()
    {
        var outcome = (await _workspace.RunAsync("sync", "--json", "--bogus")).ShouldEndWith(2);

        outcome.Json.Text("error").ShouldContain("--bogus");
        outcome.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_without_a_workspace_is_told_how_to_get_one()
    {
        var outcome = (await _workspace.RunAsync("sync")).ShouldEndWith(2);

        outcome.Error.ShouldContain("reshelve init <feed>");
    }

    [Fact]
    public async Task The_workspace_is_found_from_a_folder_inside_it()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml);
        Directory.CreateDirectory(_workspace.PathOf("deep/inside"));

        (await ReshelveProgram.RunAsync(_workspace.PathOf("deep/inside"), ["check"])).ShouldEndWith(0).Out.ShouldContain("1 catalog, no errors.");
    }

    [Fact]
    public async Task A_word_that_begins_with_an_at_sign_is_a_word()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml);
        _workspace.Write("products.jsonl", Some.Products(3));
        (await _workspace.RunAsync("sync")).ShouldEndWith(0);

        (await _workspace.RunAsync("search", "shop", "@nothing", "--json")).ShouldEndWith(0).Json.Count("total").ShouldBe(0);
    }

    [Fact]
    public async Task Output_that_cannot_be_written_is_a_failure()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        using var program = ReshelveProgram.Start(_workspace.Folder, ["-c", $"exec '{ReshelveProgram.File}' --help > /dev/full"], file: "/bin/sh");

        (await program.WaitAsync()).ShouldEndWith(1).Error.ShouldContain("error:");
    }

    [Fact]
    public async Task A_reader_that_has_seen_enough_is_no_failure()
    {
        using var program = ReshelveProgram.Start(
            _workspace.Folder, ["-c", $"'{ReshelveProgram.File}' search --help | head -1; exit ${{PIPESTATUS[0]}}"], file: "/bin/bash");

        (await program.WaitAsync()).ShouldEndWith(0).Error.ShouldBeEmpty();
    }
}
