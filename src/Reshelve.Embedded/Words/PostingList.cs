using System.Buffers;

namespace Reshelve.Embedded.Words;

/// <summary>
/// The documents that hold a word, by ascending number, each with how often: the sum over the text fields, weighted. Its arrays
/// are rented.
/// </summary>
internal sealed class PostingList : IDisposable
{
    /// <summary>Instead of a frequency: an older part of the index has the document here, and it is no longer so.</summary>
    public const float Deleted = float.NaN;

    private int[] _documents = ArrayPool<int>.Shared.Rent(1024);
    private float[] _frequencies = ArrayPool<float>.Shared.Rent(1024);

    public int Count { get; private set; }

    public ReadOnlySpan<int> Documents => _documents.AsSpan(0, Count);

    public ReadOnlySpan<float> Frequencies => _frequencies.AsSpan(0, Count);

    public void Add(int document, float frequency)
    {
        if (Count == _documents.Length || Count == _frequencies.Length)
            Reserve(Count + 1);
        _documents[Count] = document;
        _frequencies[Count++] = frequency;
    }

    /// <summary>Room for further entries, which <see cref="Take"/> then takes in.</summary>
    public void Room(int count, out Span<int> documents, out Span<float> frequencies)
    {
        Reserve(Count + count);
        documents = _documents.AsSpan(Count);
        frequencies = _frequencies.AsSpan(Count);
    }

    /// <summary>Takes in entries that were written to <see cref="Room"/>.</summary>
    public void Take(int count) => Count += count;

    /// <summary>Both together; where both know a document, this one is right.</summary>
    public PostingList Over(PostingList older)
    {
        var merged = new PostingList();
        merged.Reserve(Count + older.Count);
        var taken = 0;
        for (var i = 0; i < Count; i++)
        {
            // Few over many: what lies between two of the few is copied at once.
            var next = Search(older.Documents, taken, _documents[i]);
            merged.AddRange(older, taken, next - taken);
            merged.Add(_documents[i], _frequencies[i]);
            taken = next < older.Count && older._documents[next] == _documents[i] ? next + 1 : next;
        }

        merged.AddRange(older, taken, older.Count - taken);
        return merged;
    }

    /// <summary>Takes out what is marked as deleted.</summary>
    public void DropDeleted()
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (float.IsNaN(_frequencies[i]))
                continue;
            _documents[kept] = _documents[i];
            _frequencies[kept++] = _frequencies[i];
        }

        Count = kept;
    }

    /// <summary>The first place from <paramref name="from"/> on with this document or a later one.</summary>
    public static int Search(ReadOnlySpan<int> documents, int from, int document)
    {
        var step = 1;
        var low = from;
        while (low + step < documents.Length && documents[low + step] < document)
        {
            low += step;
            step *= 2;
        }

        var high = Math.Min(low + step, documents.Length);
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            if (documents[middle] < document)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_documents);
        ArrayPool<float>.Shared.Return(_frequencies);
        (_documents, _frequencies, Count) = ([], [], 0);
    }

    private void AddRange(PostingList from, int start, int count)
    {
        from._documents.AsSpan(start, count).CopyTo(_documents.AsSpan(Count));
        from._frequencies.AsSpan(start, count).CopyTo(_frequencies.AsSpan(Count));
        Count += count;
    }

    private void Reserve(int count)
    {
        Grow(ref _documents, count);
        Grow(ref _frequencies, count);
    }

    private void Grow<T>(ref T[] array, int count)
    {
        if (array.Length >= count)
            return;
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(count, array.Length * 2));
        array.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }
}
