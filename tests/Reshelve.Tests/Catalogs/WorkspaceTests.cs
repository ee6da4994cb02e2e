using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Catalogs;

public sealed class WorkspaceTests
{
    private const string Least = "source: feeds/a.jsonl\nformat: jsonl\nid: id\n";

    [Fact]
    public void An_empty_folder_is_a_workspace_without_catalogs()
    {
        using var folder = new TemporaryWorkspace();
        var workspace = Workspace.Open(folder.Folder);
        workspace.DataFolder.ShouldBe(Path.Combine(folder.Folder, ".reshelve"));
        workspace.LoadCatalogs().Catalogs.ShouldBeEmpty();
        workspace.LoadCatalogs().Errors.ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_folder_is_named() =>
        Should.Throw<ReshelveException>(() => Workspace.Open("/nonexistent/shelf")).Message.ShouldContain("/nonexistent/shelf");

    [Fact]
    public void The_workspace_is_found_from_within()
    {
        using var folder = new TemporaryWorkspace().With("reshelve.yaml", "").With("feeds/2024/x.txt", "");
        Workspace.Find(Path.Combine(folder.Folder, "feeds", "2024")).ShouldBe(folder.Folder);
        Workspace.Find(folder.Folder).ShouldBe(folder.Folder);

        using var without = new TemporaryWorkspace().With("catalogs/a.yaml", Least);
        Workspace.Find(Path.Combine(without.Folder, "catalogs")).ShouldBe(without.Folder);

        using var none = new TemporaryWorkspace().With("catalogs/readme.txt", "");
        Workspace.Find(none.Folder).ShouldBeNull();
    }

    [Fact]
    public void Catalogs_come_in_the_order_of_their_names_and_other_files_are_left_alone()
    {
        using var folder = new TemporaryWorkspace()
            .With("catalogs/b.yaml", Least).With("catalogs/a-1_x.yaml", Least).With("catalogs/0.yaml", Least)
            .With("catalogs/notes.md", "x").With("catalogs/a.yaml~", "x").With("catalogs/sub/c.yaml", "x");
        folder.Load().Catalogs.Select(c => c.Name).ShouldBe(["0", "a-1_x", "b"]);
        folder.Load().Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Shop.yaml", "shop.yaml")]
    [InlineData("-shop.yaml", "shop.yaml")]
    [InlineData("my shop.yaml", "my-shop.yaml")]
    [InlineData("shop_20240131120000.yaml", "catalog.yaml")]
    [InlineData("shop.yml", ".yaml")]
    [InlineData("shop.YAML", ".yaml")]
    public void A_file_that_cannot_be_a_catalog_is_an_error_that_says_what_to_rename_it_to(string file, string remedy)
    {
        using var folder = new TemporaryWorkspace().With("catalogs/" + file, Least);
        var error = folder.Load().Errors.ShouldHaveSingleItem();
        error.File.ShouldBe("catalogs/" + file);
        error.Remedy.ShouldContain(remedy);
    }

    [Fact]
    public void A_name_may_have_64_characters()
    {
        CatalogName.ProblemOf(new string('a', 64)).ShouldBeNull();
        CatalogName.ProblemOf(new string('a', 65)).ShouldNotBeNull();
        CatalogName.ProblemOf("").ShouldNotBeNull();
        CatalogName.ProblemOf("../a").ShouldNotBeNull();
    }

    [Fact]
    public void One_catalog_can_be_loaded_alone()
    {
        using var folder = new TemporaryWorkspace().With("catalogs/shop.yaml", Least).With("catalogs/broken.yaml", "x");
        var workspace = Workspace.Open(folder.Folder);
        workspace.LoadCatalog("shop").Catalogs.ShouldHaveSingleItem().Name.ShouldBe("shop");
        workspace.LoadCatalog("shop").Errors.ShouldBeEmpty();
        workspace.LoadCatalog("shpo").Errors.ShouldHaveSingleItem().Remedy.ShouldContain("'shop'");
        workspace.LoadCatalog("../shop").Errors.ShouldHaveSingleItem().Problem.ShouldContain("cannot be a catalog's name");
    }

    [Theory]
    [InlineData("data: .\n", "data")]
    [InlineData("data: ./catalogs/\n", "data")]
    [InlineData("data: ''\n", "data")]
    [InlineData("parallel: 0\n", "parallel")]
    [InlineData("defaults: { fields: {} }\n", "defaults.fields")]
    [InlineData("defaults: { source: { path: x } }\n", "defaults.source.path")]
    [InlineData("defaults: { source: x }\n", "defaults.source")]
    [InlineData("- a\n", "")]
    public void Shared_options_that_cannot_be_are_errors_and_keep_their_defaults(string yaml, string path)
    {
        using var folder = new TemporaryWorkspace().With("reshelve.yaml", yaml);
        var workspace = Workspace.Open(folder.Folder);
        workspace.OptionsErrors.ShouldHaveSingleItem().Path.ShouldBe(path);
        workspace.LoadCatalogs().Errors.ShouldHaveSingleItem().File.ShouldBe("reshelve.yaml");
        workspace.Options.Parallel.ShouldBe(2);
        workspace.DataFolder.ShouldBe(Path.Combine(folder.Folder, ".reshelve"));
    }

    [Fact]
    public void A_definition_that_cannot_be_read_is_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Symbolic links need privileges on Windows.");
        using var folder = new TemporaryWorkspace().With("catalogs/a.yaml", Least);
        File.CreateSymbolicLink(Path.Combine(folder.Folder, "catalogs", "gone.yaml"), "/nonexistent");
        folder.Load().Errors.ShouldHaveSingleItem().Problem.ShouldContain("cannot be read");
    }
}
