using Reshelve.Embedded.Searching;
using Reshelve.Feeds;
using Reshelve.Indexing;

namespace Reshelve.Embedded.Indexing;

/// <summary>Single documents of an index by their ids.</summary>
internal static class DocumentLookup
{
    /// <summary>The documents that are there, all of one state of the index.</summary>
    public static IReadOnlyDictionary<string, IndexedDocument> Read(
        string index, string path, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        using var reader = IndexReader.Open(path);
        if (!reader.Begin(out _))
            throw new ReshelveException($"the index '{index}' was dropped");
        var find = reader.Database.Prepare("SELECT body, sequence FROM docs WHERE id = ?");
        var key = GC.AllocateUninitializedArray<byte>(IdKey.MaxBytes, pinned: true);
        var documents = new Dictionary<string, IndexedDocument>(ids.Count, StringComparer.Ordinal);
        foreach (var id in ids)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = IdKey.Encode(id, key, out _);
            if (length < 0)
                continue;
            find.BindPinnedBlob(1, key.AsSpan(0, length));
            if (find.Step())
                documents[id] = new IndexedDocument(find.Blob(0).ToArray(), find.Int64(1));
            find.Reset();
        }

        reader.End();
        return documents;
    }
}
