using System.Buffers.Binary;
using System.Text;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Indexing;

/// <summary>
/// Gives each distinct value of a coded field its number. Used by the writer only; remembers what it has seen, up to a bound,
/// until
/// <see cref="Forget"/>.
/// </summary>
internal sealed class CodeTable(SqliteDatabase database, IndexLayout layout)
{
    private const int MaxRemembered = 200_000;

    private readonly Dictionary<string, int>[] _codes = [.. layout.Fields.Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];
    private readonly long[] _next = new long[layout.Fields.Count];
    private readonly HashSet<int> _distinct = [];
    private char[] _text = new char[256];

    /// <summary>Forgets everything: another process wrote, or a transaction was undone.</summary>
    public void Forget()
    {
        Array.Clear(_next);
        foreach (var codes in _codes)
            codes.Clear();
    }

    /// <summary>The number of a value.</summary>
    public int CodeOf(IndexField field, in FieldToken token, ReadOnlySpan<byte> bytes)
    {
        if (_text.Length < bytes.Length)
            _text = new char[bytes.Length * 2];
        var text = _text.AsSpan(0, Encoding.UTF8.GetChars(bytes, _text));
        var known = _codes[field.Number].GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text, out var code))
            return code;
        if (_codes[field.Number].Count >= MaxRemembered)
            _codes[field.Number].Clear();
        code = Find(field, bytes) ?? Insert(field, token, bytes);
        known[text] = code;
        return code;
    }

    /// <summary>Writes the numbers of a list's distinct values, four bytes each.</summary>
    public byte[] CodesOf(IndexField field, DocumentReader reader, ReadOnlySpan<byte> document)
    {
        _distinct.Clear();
        foreach (ref readonly var value in reader.Values(field))
            _distinct.Add(CodeOf(field, value, reader.Bytes(value, document)));
        var bytes = new byte[_distinct.Count * sizeof(int)];
        var at = bytes.AsSpan();
        foreach (var code in _distinct)
        {
            BinaryPrimitives.WriteInt32LittleEndian(at, code);
            at = at[sizeof(int)..];
        }

        return bytes;
    }

    private int? Find(IndexField field, ReadOnlySpan<byte> text)
    {
        var code = database.Prepare("SELECT code FROM codes WHERE field = ? AND text = ?")
            .Bind(1, field.Number).BindText(2, text).Scalar();
        return (int?)code;
    }

    private int Insert(IndexField field, in FieldToken token, ReadOnlySpan<byte> text)
    {
        ref var next = ref _next[field.Number];
        if (next == 0)
            next = (database.Prepare("SELECT max(code) FROM codes WHERE field = ?").Bind(1, field.Number).Scalar() ?? 0) + 1;
        var insert = database.Prepare("INSERT INTO codes(field, code, text, key) VALUES(?, ?, ?, ?)")
            .Bind(1, field.Number).Bind(2, next).BindText(3, text);
        FieldValue.Of(field.Type, token.Type, text).Bind(insert, 4);
        insert.Run();
        insert.Reset();
        return checked((int)next++);
    }
}
