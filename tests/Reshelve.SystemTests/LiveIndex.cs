using System.Text;
using Reshelve.Embedded;

namespace Reshelve.SystemTests;

/// <summary>Looks into the index that searches see, without the program.</summary>
internal static class LiveIndex
{
    /// <summary>Compares the whole index of a workspace with that of another.</summary>
    public static async Task ShouldBeTheSameAsync(TemporaryWorkspace actual, TemporaryWorkspace expected, string catalog, string place)
    {
        await using var actualEngine = Open(actual);
        await using var expectedEngine = Open(expected);
        await using var found = (await DocumentsAsync(actualEngine, catalog)).GetAsyncEnumerator();
        await foreach (var (id, document) in await DocumentsAsync(expectedEngine, catalog))
        {
            (await found.MoveNextAsync()).ShouldBeTrue($"{place}: {id} and what follows is missing");
            if (found.Current.Id != id)
                found.Current.Id.ShouldBe(id, place);
            if (!found.Current.Document.Span.SequenceEqual(document.Span))
                Encoding.UTF8.GetString(found.Current.Document.Span).ShouldBe(Encoding.UTF8.GetString(document.Span), place);
        }

        if (await found.MoveNextAsync())
            Assert.Fail($"{place}: {found.Current.Id} should not be there");
    }

    /// <summary>All documents by their ids.</summary>
    public static async Task<SortedDictionary<string, string>> ReadAsync(TemporaryWorkspace workspace, string catalog)
    {
        await using var engine = Open(workspace);
        var documents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var (id, document) in await DocumentsAsync(engine, catalog))
            documents.Add(id, Encoding.UTF8.GetString(document.Span));
        return documents;
    }

    private static EmbeddedIndexEngine Open(TemporaryWorkspace workspace) =>
        new(workspace.PathOf(".reshelve/indexes"), TimeProvider.System);

    private static async Task<IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)>> DocumentsAsync(EmbeddedIndexEngine engine, string catalog) =>
        engine.ReadAllAsync((await engine.ListAsync(catalog, CancellationToken.None)).Single(index => index.Live).Name, CancellationToken.None);
}
