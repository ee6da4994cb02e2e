using Reshelve.Contracts.Indexing;
using Reshelve.Embedded;
using Reshelve.Indexing;

namespace Reshelve.Contracts.Embedded;

/// <summary>What the embedded engine promises beyond the contract: all documents are read in the order of their ids.</summary>
public sealed class EmbeddedReadingOrder : IndexEngineContract
{
    private readonly TestFolder _folder = new();

    protected override IIndexEngine Open() => new EmbeddedIndexEngine(_folder.Path, TimeProvider.System);

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();

    [Fact]
    public async Task All_documents_are_read_in_the_ordinal_order_of_their_ids()
    {
        string[] ids = ["b", "a", "\uFFFD", "😀", "A", "10", "9", "é", "a b"];
        await FillAsync([.. ids.Select(id => Products.Add(id, new { title = "thing" }))]);
        await WriteAsync(2, Products.Replace("a", new { title = "later" }), Products.Add("B", new { title = "last" }));

        var read = new List<string>();
        await foreach (var (id, _) in Engine.ReadAllAsync(First, default))
            read.Add(id);

        read.ShouldBe(ids.Append("B").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ten_thousand_documents_are_read_in_order()
    {
        await FillAsync([.. Enumerable.Range(0, 10_000).Reverse().Select(i => Products.Add($"id{i:D5}", new { title = "thing" }))]);
        var seen = 0;
        await foreach (var (id, _) in Engine.ReadAllAsync(First, default))
            id.ShouldBe($"id{seen++:D5}");
        seen.ShouldBe(10_000);
    }
}
