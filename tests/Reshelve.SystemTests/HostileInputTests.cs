namespace Reshelve.SystemTests;

/// <summary>Ids and names that would do harm somewhere: in a terminal, in a spreadsheet, in the file system, in JSON.</summary>
public sealed class HostileInputTests : IDisposable
{
    private static readonly string[] Ids =
    [
        "=cmd|'/c calc'!A1", "../../../etc/passwd", "\e[2J\e]0;owned\a", "a\nb\rc", "\u202edrowssap", "'; DROP TABLE docs; --", "\"}{\"", "p\u0000q", new('i', 512),
    ];

    private readonly TemporaryWorkspace _workspace = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Hostile_ids_are_ids_like_any_other_and_shown_harmless()
    {
        _workspace.Write("products.jsonl", Some.Products(3) + string.Concat(Ids.Select(id =>
            $"{{\"id\":\"{System.Text.Json.JsonEncodedText.Encode(id)}\",\"title\":\"odd\"}}\n")));

        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(0);
        (await _workspace.IdsAsync("shop")).Except(["p1", "p2", "p3"]).ShouldBe(Ids, ignoreOrder: true);
        foreach (var arguments in new[] { new[] { "search", "shop", "odd" }, ["rejected", "shop"], ["runs", "shop"], ["verify", "shop"], ["indexes", "shop"] })
            ShouldBeHarmless(await _workspace.RunAsync(arguments));

        // No argument can hold a zero.
        foreach (var id in Ids.Where(id => !id.Contains('\0')))
        {
            ShouldBeHarmless(await _workspace.RunAsync("remove", "shop", "--", id));
            (await _workspace.IdsAsync("shop")).ShouldNotContain(id);
        }
    }

    [Theory]
    [InlineData("../shop")]
    [InlineData("/etc/passwd")]
    [InlineData("shop/../../x")]
    [InlineData("\u001b[2J")]
    public async Task A_catalog_name_that_leaves_its_folder_or_steers_the_terminal_is_refused(string name)
    {
        foreach (var verb in new[] { "sync", "search", "runs", "indexes", "rollback" })
        {
            var outcome = await _workspace.RunAsync(verb, name);
            outcome.ExitCode.ShouldBeOneOf([1, 2], $"{verb}: {outcome.Out}{outcome.Error}");
            ShouldBeHarmless(outcome);
        }
    }

    private static void ShouldBeHarmless(Outcome outcome)
    {
        foreach (var character in "\e\a\r\0\u202e")
            (outcome.Out + outcome.Error).ShouldNotContain(character.ToString(), Case.Sensitive, $"it shows U+{(int)character:X4}");
    }
}
