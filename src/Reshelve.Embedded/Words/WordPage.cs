using System.Buffers.Binary;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Words;

/// <summary>
/// A page of a segment: where the first entry begins if it belongs to the word of the page before (2 bytes, 0 for none), where
/// the content ends (2 bytes), content, and behind it where each word that begins here does (the first, then distances). A word is
/// its length and bytes if it is the first, else how many bytes it shares with the one before, and the others. Its entries follow.
/// </summary>
internal readonly ref struct WordPage
{
    /// <summary>Where the content begins.</summary>
    public const int HeaderBytes = 4;

    private WordPage(ReadOnlySpan<byte> bytes)
    {
        Bytes = bytes;
        if (bytes.Length < HeaderBytes)
            throw new InvalidDataException("a page of the word index is cut off");
        FirstEntry = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        End = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var at = End;
        FirstTerm = HasTerms ? (int)Varint.Read(bytes, ref at) : End;
    }

    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The first entry of a word that began on an earlier page; 0 when none begins here.</summary>
    public int FirstEntry { get; }

    /// <summary>Where the content ends.</summary>
    public int End { get; }

    /// <summary>Whether a word begins here.</summary>
    public bool HasTerms => Bytes.Length > End;

    /// <summary>Where it does; without one, where the content ends.</summary>
    public int FirstTerm { get; }

    /// <summary>Loads a page; valid until the next is loaded through the same connection.</summary>
    public static WordPage Load(SqliteDatabase database, WordSegment segment, int page)
    {
        var row = database.Prepare("SELECT block FROM words_data WHERE id = ?").Bind(1, segment.RowOf(page));
        return row.Step() ? new WordPage(row.Blob(0)) : throw new InvalidDataException($"page {page} of the word index is missing");
    }

    /// <summary>Finds a word's entries on this page; they may go on behind it if they end at <see cref="End"/>.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, out int start, out int end)
    {
        (start, end) = (0, 0);
        var term = new List<byte>(64);
        var footer = End;
        for (var next = 0; footer < Bytes.Length; )
        {
            var isFirst = next == 0;
            next += (int)Varint.Read(Bytes, ref footer);
            start = next;
            var kept = isFirst ? 0 : (int)Varint.Read(Bytes, ref start);
            var added = (int)Varint.Read(Bytes, ref start);
            term.RemoveRange(kept, term.Count - kept);
            term.AddRange(Bytes.Slice(start, added));
            start += added;
            var order = key.SequenceCompareTo(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(term));
            if (order < 0)
                return false;
            if (order > 0)
                continue;
            var peek = footer;
            end = footer < Bytes.Length ? next + (int)Varint.Read(Bytes, ref peek) : End;
            return true;
        }

        return false;
    }
}
