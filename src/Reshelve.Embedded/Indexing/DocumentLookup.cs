using Reshelve.Embedded.Searching;
using Reshelve.Feeds;

namespace Reshelve.Embedded.Indexing;

/// <summary>Single documents of an index by their ids.</summary>
internal static class DocumentLookup
{
    /// <summary>The documents that are there, all of one state of the index.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Read(
        string index, string path, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        using var reader = IndexReader.Open(path);
        if (!reader.Begin(out _))
            throw new ReshelveException($"the index '{index}' was dropped");
        var find = reader.Database.Prepare("SELECT body FROM docs WHERE id = ?");
        var key = GC.AllocateUninitializedArray<byte>(IdKey.MaxBytes, pinned: true);
        var documents = new Dictionary<string, ReadOnlyMemory<byte>>(ids.Count, StringComparer.Ordinal);
        foreach (var id in ids)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = IdKey.Encode(id, key, out _);
            if (length < 0)
                continue;
            find.BindPinnedBlob(1, key.AsSpan(0, length));
            if (find.Step())
                documents[id] = find.Blob(0).ToArray();
            find.Reset();
        }

        reader.End();
        return documents;
    }
}
