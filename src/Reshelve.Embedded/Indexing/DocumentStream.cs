using Reshelve.Embedded.Searching;

namespace Reshelve.Embedded.Indexing;

/// <summary>All documents of an index as it was when reading began, in the order of their ids.</summary>
internal sealed class DocumentStream(IndexReader reader) : IDisposable
{
    private Sqlite.SqliteStatement? _rows;

    public (string Id, ReadOnlyMemory<byte> Document)? Next()
    {
        _rows ??= reader.Database.Prepare("SELECT id, body FROM docs ORDER BY id");
        return _rows.Step() ? (IdKey.Decode(_rows.Blob(0)), _rows.Blob(1).ToArray()) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();
}
