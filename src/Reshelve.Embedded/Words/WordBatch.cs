using Reshelve.Embedded.Indexing;

namespace Reshelve.Embedded.Words;

/// <summary>The texts that one batch put in or took out while an index was filled.</summary>
internal sealed class WordBatch(IndexLayout layout)
{
    private readonly List<(long Number, bool IsDeleted)> _entries = [];
    private readonly List<int> _lengths = [];
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(1 << 20);
    private int _used;

    public IReadOnlyList<(long Number, bool IsDeleted)> Entries => _entries;

    /// <summary>The bytes of each entry's text fields, in their order.</summary>
    public IReadOnlyList<int> Lengths => _lengths;

    /// <summary>The texts of all entries, one after the other.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _used);

    /// <summary>Takes over a document's texts.</summary>
    public void Add(long number, bool isDeleted, DocumentReader reader, ReadOnlySpan<byte> document)
    {
        _entries.Add((number, isDeleted));
        foreach (var field in layout.TextFields)
        {
            var text = reader.Words(field, document);
            if (_bytes.Length - _used < text.Length)
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + text.Length));
            text.CopyTo(_bytes.AsSpan(_used));
            _used += text.Length;
            _lengths.Add(text.Length);
        }
    }
}
