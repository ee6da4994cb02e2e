using Reshelve.Feeds;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

public sealed class CatalogFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private CatalogFolder Catalog => new(_folder.Path, "products");

    private string AppliedPath => Path.Combine(_folder.Path, "catalogs", "products", "applied.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_noted_of_the_applied_feed_is_read_again()
    {
        var applied = new AppliedFeed("products_1", "files: \"größe\"", "a\nb", 1_000_000, long.MaxValue, 3, IsPartial: true, Run: 12);

        Catalog.WriteApplied(applied);

        Catalog.ReadApplied().ShouldBe(applied);
    }

    [Fact]
    public void The_plan_that_is_being_applied_is_noted_until_it_is_finished()
    {
        Catalog.ReadApplying().ShouldBeNull();
        Directory.CreateDirectory(Path.GetDirectoryName(AppliedPath)!);
        Catalog.WriteApplying(12);
        Catalog.ReadApplying().ShouldBe(12);
        Catalog.DeleteApplying();
        Catalog.ReadApplying().ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"index\": 1, \"identity\": \"\", \"definition\": \"\", \"records\": 1, \"bytes\": 1, \"duplicates\": 0}")]
    [InlineData("{\"index\": \"a\", \"identity\": \"\", \"definition\": \"\", \"records\": 1.5, \"bytes\": 1, \"duplicates\": 0}")]
    public void A_damaged_note_is_told_with_its_path_and_a_way_out(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(AppliedPath)!);
        File.WriteAllText(AppliedPath, text);

        var error = Should.Throw<ReshelveException>(() => Catalog.ReadApplied());

        error.Message.ShouldContain(AppliedPath);
        error.Message.ShouldContain("--rebuild");
    }
}
