using System.Text.Json;

namespace Reshelve.SystemTests;

public sealed class DefinitionTests : IDisposable
{
    private const string Broken = "source: a.jsonl\nformat: jsonl\nid: id\nfields:\n  price: { type: nmber, colour: red }\n";
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Check_tells_every_error_of_every_definition_with_its_place_and_a_remedy()
    {
        _workspace.WithCatalog("good", Some.ProductsYaml).WithCatalog("one", Broken).WithCatalog("two", "format: jsnl\n");

        var outcome = (await _workspace.RunAsync("check")).ShouldEndWith(2);

        outcome.Error.ShouldContain("catalogs/one.yaml:5:18: fields.price.type: 'nmber'");
        outcome.Error.ShouldContain("colour");
        outcome.Error.ShouldContain("catalogs/two.yaml:1:9: format");
        outcome.Error.ShouldContain("errors in 2 files");
    }

    [Fact]
    public async Task Check_gives_machines_one_object()
    {
        _workspace.WithCatalog("good", Some.ProductsYaml).WithCatalog("one", Broken);

        var json = (await _workspace.RunAsync("check", "--json")).ShouldEndWith(2).Json;

        json.GetProperty("catalogs").EnumerateArray().Select(name => name.GetString()).ShouldBe(["good"]);
        var error = json.GetProperty("errors").EnumerateArray().First();
        (error.Text("file"), error.Count("line"), error.Text("path"), error.Text("value")).ShouldBe(("catalogs/one.yaml", 5, "fields.price.type", "nmber"));
        error.Text("remedy").ShouldContain("number");
    }

    [Fact]
    public async Task A_broken_definition_stops_its_own_sync_and_no_other()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml).WithCatalog("one", Broken);
        _workspace.Write("products.jsonl", Some.Products(3));

        (await _workspace.RunAsync("sync", "one")).ShouldEndWith(2).Error.ShouldContain("catalogs/one.yaml:5:18");
        var all = (await _workspace.RunAsync("sync", "--json")).ShouldEndWith(2).Lines;

        all.Select(line => (line.Text("catalog"), line.Text("state"))).ShouldBe([("one", "failed"), ("shop", "done")]);
    }

    [Fact]
    public async Task A_broken_workspace_file_stops_everything()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml);
        _workspace.Write("reshelve.yaml", "paralel: 2\n");
        _workspace.Write("products.jsonl", Some.Products(3));

        (await _workspace.RunAsync("sync")).ShouldEndWith(2).Error.ShouldContain("reshelve.yaml:1:1");
        (await _workspace.RunAsync("check")).ShouldEndWith(2).Error.ShouldContain("reshelve.yaml:1:1");
        Directory.Exists(_workspace.PathOf(".reshelve")).ShouldBeFalse();
    }

    [Fact]
    public async Task Schema_writes_json_schemas_and_says_how_to_use_them()
    {
        var outcome = (await _workspace.RunAsync("schema", "--out", "for-editors")).ShouldEndWith(0);

        outcome.Out.ShouldContain("yaml-language-server: $schema=../for-editors/catalog.schema.json");
        foreach (var name in new[] { "catalog", "workspace" })
        {
            using var schema = JsonDocument.Parse(File.ReadAllText(_workspace.PathOf($"for-editors/{name}.schema.json")));
            schema.RootElement.GetProperty("properties").EnumerateObject().ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task Init_writes_a_definition_that_works_as_it_is()
    {
        _workspace.Write("feeds/products.jsonl", Some.Products(50));

        var outcome = (await _workspace.RunAsync("init", "feeds/products.jsonl")).ShouldEndWith(0);
        outcome.Out.ShouldContain("reshelve plan products");
        outcome.Out.ShouldContain("reshelve sync products");
        File.Exists(_workspace.PathOf("reshelve.yaml")).ShouldBeTrue();

        var report = (await _workspace.RunAsync("sync", "products", "--json")).ShouldEndWith(0).Json;
        report.Count("added").ShouldBe(50);
    }

    [Fact]
    public async Task Init_with_an_id_that_no_record_has_is_a_wrong_command_line()
    {
        _workspace.Write("products.jsonl", Some.Products(5));
        (await _workspace.RunAsync("init", "products.jsonl", "--id", "nosuch")).ShouldEndWith(2).Error.ShouldContain("has the field 'nosuch'");
        (await _workspace.RunAsync("init", "products.jsonl", "--id", "a..b")).ShouldEndWith(2);
        File.Exists(_workspace.PathOf("catalogs/products.yaml")).ShouldBeFalse();
    }

    [Fact]
    public async Task Init_replaces_a_definition_only_by_force()
    {
        _workspace.Write("products.jsonl", Some.Products(5));
        _workspace.WithCatalog("products", "# mine\n" + Some.ProductsYaml);

        (await _workspace.RunAsync("init", "products.jsonl")).ShouldEndWith(2).Error.ShouldContain("--force");
        File.ReadAllText(_workspace.PathOf("catalogs/products.yaml")).ShouldStartWith("# mine");

        (await _workspace.RunAsync("init", "products.jsonl", "--force")).ShouldEndWith(0);
        File.ReadAllText(_workspace.PathOf("catalogs/products.yaml")).ShouldNotStartWith("# mine");
    }

    [Fact]
    public async Task Init_leaves_nothing_behind_for_a_file_that_is_no_feed()
    {
        _workspace.Write("noise.bin", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]);

        var outcome = await _workspace.RunAsync("init", "noise.bin");

        outcome.ExitCode.ShouldNotBe(0);
        outcome.Error.ShouldContain("error:");
        Directory.EnumerateFileSystemEntries(_workspace.Folder).ShouldHaveSingleItem();
    }
}
