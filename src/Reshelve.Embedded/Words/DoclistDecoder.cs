namespace Reshelve.Embedded.Words;

/// <summary>
/// Turns one word's entries of one segment into a <see cref="PostingList"/>. They come in slices, one per page: an entry is the
/// document's number (absolute first on a page, else the distance from the one before), the bytes that its positions take,
/// doubled, plus one if it deletes older entries, and the positions: a column's begin with 1 and its number (none for column 0),
/// and each takes one integer.
/// </summary>
internal sealed unsafe class DoclistDecoder(ReadOnlyMemory<float> weights, PostingList postings)
{
    // The most that the number and the size of a usual entry take.
    private const int HeadBytes = 4;

    private const byte NextColumn = 1;

    private int _document;
    private int _positionBytes;
    private float _frequency;
    private float _weight;
    private bool _columnFollows;

    /// <summary>What an earlier page's last entry has on this one.</summary>
    /// <returns>How many bytes that were.</returns>
    public int Continue(ReadOnlySpan<byte> page)
    {
        var length = Math.Min(_positionBytes, page.Length);
        Count(page[..length]);
        return length;
    }

    /// <summary>Whole entries, of which the last may go on behind the page.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public void Read(ReadOnlySpan<byte> page)
    {
        _document = 0;
        for (var at = ReadMost(page, 0); at < page.Length; at = ReadMost(page, at))
        {
            var document = _document + Varint.Read(page, ref at);
            var size = Varint.Read(page, ref at);
            if (document is <= 0 or > int.MaxValue || size is < 0 or > int.MaxValue)
                throw new InvalidDataException("an entry of the word index is no such entry");
            _document = (int)document;
            Begin((int)(size >> 1));
            var length = Math.Min(_positionBytes, page.Length - at);
            Count(page.Slice(at, length));
            at += length;
        }
    }

    // The entries before the first that is longer than usual, or goes on behind the page; gives how far it came.
    private int ReadMost(ReadOnlySpan<byte> page, int from)
    {
        postings.Room(page.Length - from, out var documents, out var frequencies);
        var count = 0;
        fixed (byte* start = page)
        fixed (float* weight = weights.Span)
        {
            byte* at = start + from, end = start + page.Length;
            var document = _document;
            while (end - at > HeadBytes)
            {
                var entry = at;
                var number = ReadShort(ref at);
                var size = ReadShort(ref at);
                if ((number | size) < 0 || size < 2 || (size >> 1) > end - at || !TryCount(ref at, size >> 1, weight, out frequencies[count]))
                {
                    at = entry;
                    break;
                }

                document += number;
                documents[count++] = document;
            }

            _document = document;
            postings.Take(count);
            return (int)(at - start);
        }
    }

    // Of one or two bytes, as nearly all are; -1 for longer ones.
    private static int ReadShort(ref byte* at)
    {
        int first = *at++;
        if (first < 0x80)
            return first;
        int second = *at++;
        return second < 0x80 ? ((first & 0x7F) << 7) | second : -1;
    }

    private bool TryCount(ref byte* at, int length, float* weight, out float frequency)
    {
        var end = at + length;
        var current = weight[0];
        frequency = 0;
        while (at < end)
        {
            if (*at == NextColumn)
            {
                // The column, and a position in it, follow.
                if (end - at < 3 || at[1] >= weights.Length)
                    return false;
                current = weight[at[1]];
                at += 2;
            }

            while (*at++ >= 0x80)
            {
                if (at == end)
                    return false;
            }

            frequency += current;
        }

        return true;
    }

    private void Begin(int positionBytes)
    {
        _positionBytes = positionBytes;
        _frequency = 0;
        _weight = weights.Span[0];
        _columnFollows = false;
        if (positionBytes == 0)
            postings.Add(_document, PostingList.Deleted);
    }

    // The positions themselves do not matter: only how many there are in which column.
    private void Count(ReadOnlySpan<byte> positions)
    {
        var weight = _weight;
        var frequency = _frequency;
        for (var at = 0; at < positions.Length;)
        {
            if (_columnFollows)
            {
                weight = WeightOf(Varint.Read(positions, ref at));
                _columnFollows = false;
                continue;
            }

            var b = positions[at++];
            if (b == NextColumn)
            {
                _columnFollows = true;
                continue;
            }

            while (b >= 0x80)
                b = positions[at++];
            frequency += weight;
        }

        (_weight, _frequency) = (weight, frequency);
        _positionBytes -= positions.Length;
        if (_positionBytes == 0 && positions.Length > 0)
            postings.Add(_document, frequency);
    }

    private float WeightOf(long column) =>
        column > 0 && column < weights.Length
            ? weights.Span[(int)column]
            : throw new InvalidDataException($"the word index names a column {column}");
}
