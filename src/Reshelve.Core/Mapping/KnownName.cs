using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Reshelve.Mapping;

/// <summary>One spelling of a member's name that records had at one place, with all that is to be known of it.</summary>
internal sealed class KnownName
{
    private KnownName? _first;
    private int _rank;
    // No vector: precompiled code does not know how large a type with one is, and would leave out all that deals with names.
    private readonly byte[] _head = new byte[Vector256<byte>.Count];
    private readonly uint _headMask;

    /// <param name="spelling">The name as delivered, with its quotes and escapes.</param>
    /// <param name="text">The name as UTF-8, without quotes and escapes; names of equal text are the same name.</param>
    /// <param name="label">The name in its canonical spelling, with quotes and colon.</param>
    /// <param name="child">What the definition wants there, if anything.</param>
    public KnownName(byte[] spelling, byte[] text, byte[] label, FieldNode? child)
    {
        Spelling = spelling;
        Text = text;
        Label = label;
        Child = child;
        Successor = this;
        spelling.AsSpan(0, Math.Min(spelling.Length, _head.Length)).CopyTo(_head);
        _headMask = uint.MaxValue >> (_head.Length - Math.Clamp(spelling.Length, 1, _head.Length));
    }

    public byte[] Spelling { get; }

    public byte[] Text { get; }

    public byte[] Label { get; }

    public FieldNode? Child { get; }

    /// <summary>The name that followed it last.</summary>
    public KnownName Successor { get; set; }

    /// <summary>The names in the objects that are its values, where nobody wants anything of them.</summary>
    public NameTable? Inner { get; set; }

    /// <summary>The place of its text among those of its table, in the order of their bytes.</summary>
    public int Rank
    {
        get => _first is null ? _rank : _first._rank;
        set => _rank = value;
    }

    /// <summary>
    /// Whether the name at a place of a record, where a string begins, is spelled so. The closing quote belongs to the spelling,
    /// so that the string ends where it does. For most names one comparison of vectors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAt(ReadOnlySpan<byte> json, int place)
    {
        if (Vector256.IsHardwareAccelerated && place <= json.Length - Vector256<byte>.Count)
        {
            var bytes = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)place);
            if ((Vector256.Equals(bytes, Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_head))).ExtractMostSignificantBits() & _headMask) != _headMask)
                return false;
            if (Spelling.Length <= Vector256<byte>.Count)
                return true;
        }

        return Spelling.Length > 0 && json[place..].StartsWith(Spelling);
    }

    /// <summary>Makes it another spelling of a name.</summary>
    public void ShareRankWith(KnownName first) => _first = first;
}
