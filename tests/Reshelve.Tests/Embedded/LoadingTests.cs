using System.Text;
using Reshelve.Catalogs;
using Reshelve.Embedded;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Tests.Embedded;

/// <summary>An index gets its full text when it has been filled; meanwhile it is made apart.</summary>
public sealed class LoadingTests : IAsyncLifetime
{
    private const string Index = "shop_20240101000000";
    private const int Documents = 2500;

    private static readonly IndexSchema Schema =
        new([new FieldDefinition { Name = "title", From = FieldPath.Of("title"), Type = FieldType.Text }]);

    private readonly string _folder = Directory.CreateTempSubdirectory("reshelve-loading-").FullName;
    private EmbeddedIndexEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = new EmbeddedIndexEngine(_folder, TimeProvider.System);
        await _engine.CreateAsync(Index, "shop", Schema, IndexOrigin.None, default);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_changed_and_removed_while_it_was_filled_is_found_as_it_is_now()
    {
        await WriteAllAsync(_engine);
        Directory.EnumerateFiles(_folder, "*.loading-*").ShouldHaveSingleItem();
        await ChangeSomeAsync(_engine);
        await CheckAsync(_engine);
    }

    [Fact]
    public async Task What_another_process_writes_meanwhile_is_found_too()
    {
        await WriteAllAsync(_engine);
        await using (var other = new EmbeddedIndexEngine(_folder, TimeProvider.System))
            await ChangeSomeAsync(other);
        await CheckAsync(_engine);
    }

    [Fact]
    public async Task Filling_that_was_interrupted_goes_on_in_another_process()
    {
        await WriteAllAsync(_engine);
        await _engine.DisposeAsync();
        await using var next = new EmbeddedIndexEngine(_folder, TimeProvider.System);
        await ChangeSomeAsync(next);
        await CheckAsync(next);
    }

    [Fact]
    public async Task A_full_text_that_could_not_be_made_apart_is_made_from_the_documents()
    {
        await WriteAllAsync(_engine);
        await Task.Run(() =>
        {
            foreach (var path in Directory.EnumerateFiles(_folder, "*.loading-*").ToList())
                File.Delete(path);
        });
        await ChangeSomeAsync(_engine);
        await CheckAsync(_engine);
    }

    [Fact]
    public async Task Dropping_an_index_that_is_being_filled_leaves_no_file()
    {
        await WriteAllAsync(_engine);
        await _engine.DropAsync(Index, default);
        Directory.EnumerateFiles(_folder, Index + "*").ShouldBeEmpty();
    }

    private static async Task WriteAllAsync(EmbeddedIndexEngine engine)
    {
        foreach (var numbers in Enumerable.Range(0, Documents).Chunk(1250))
            await engine.WriteAsync(Index, [.. numbers.Select(n => Add(n, $"lamp number n{n}"))], 1, default);
    }

    private static Task ChangeSomeAsync(EmbeddedIndexEngine engine) =>
        engine.WriteAsync(Index, [Add(7, "sofa"), new Change(ChangeKind.Remove, "id8", default), Add(Documents, "lamp late")], 2, default);

    private async Task CheckAsync(EmbeddedIndexEngine engine)
    {
        await engine.RefreshAsync(Index, default);
        await engine.PromoteAsync("shop", Index, default);
        (await TotalAsync(engine, "lamp ")).ShouldBe(Documents - 1);
        (await TotalAsync(engine, "lam*")).ShouldBe(Documents - 1);
        (await TotalAsync(engine, "\"lamp number\"")).ShouldBe(Documents - 2);
        (await TotalAsync(engine, "sofa ")).ShouldBe(1);
        (await TotalAsync(engine, "n7 ")).ShouldBe(0);
        (await TotalAsync(engine, "n8 ")).ShouldBe(0);
        (await TotalAsync(engine, "late ")).ShouldBe(1);

        // Taking out and putting in goes on as ever.
        await engine.WriteAsync(Index, [Add(7, "lamp again"), new Change(ChangeKind.Remove, "id9", default)], 3, default);
        (await TotalAsync(engine, "lamp ")).ShouldBe(Documents - 1);
        (await TotalAsync(engine, "sofa ")).ShouldBe(0);
        Directory.EnumerateFiles(_folder, "*.loading-*").ShouldBeEmpty();
    }

    private static async Task<long> TotalAsync(EmbeddedIndexEngine engine, string query) =>
        (await engine.SearchAsync("shop", new SearchRequest { Query = query }, default)).Total;

    private static Change Add(int number, string title) =>
        new(ChangeKind.Add, $"id{number}", Encoding.UTF8.GetBytes($$"""{"title":"{{title}}"}"""));
}
