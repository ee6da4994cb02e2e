using Reshelve.Hashing;

namespace Reshelve.Mapping;

/// <summary>
/// What the tables of names of one mapper share: a hash that nobody can make collide, and a bound on how many names are kept.
/// </summary>
internal sealed class NameBook(KeyedHash hash)
{
    /// <summary>
    /// Real records have up to 5,400 names at the top. Where names are data (one per article), a table fills up, and such records
    /// go the thorough way.
    /// </summary>
    public const int MaxNames = 1 << 14;

    private readonly ByteBuffer _text = new(64);
    private readonly ByteBuffer _label = new(64);
    private int _count;

    public bool IsFull => _count == MaxNames;

    public ulong HashOf(ReadOnlySpan<byte> spelling) => hash.Low64(spelling);

    /// <summary>A name that was not met before; null when it is none (half of a surrogate pair) or too long to keep.</summary>
    public KnownName? TryCreate(ReadOnlySpan<byte> spelling, FieldNode? node)
    {
        _text.Clear();
        _label.Clear();
        if (spelling.Length > NameTable.MaxNameBytes || !JsonText.TryUnescape(spelling, _text))
            return null;
        _count++;
        JsonText.AppendQuoted(_text.Written, _label);
        _label.Append((byte)':');
        var next = 0;
        return new KnownName(spelling.ToArray(), _text.Written.ToArray(), _label.Written.ToArray(), node?.Find(_text.Written, ref next));
    }
}
