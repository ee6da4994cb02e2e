using System.Numerics;

namespace Reshelve.Feeds;

/// <summary>
/// Cuts CSV (RFC 4180) into rows. The first row that is not blank is the header and names the columns: a column without a name is
/// called by its number (<c>column3</c>), two with the same name are refused, because no rule could tell which one is meant. A
/// row ends at a line feed that is not inside quotes; a carriage return before it belongs to the line end. A quote opens a quoted
/// field only at the field's beginning: elsewhere it is a character like any other. Blank lines are no rows. Nothing is trimmed.
/// </summary>
internal sealed class CsvSlicer(string path, FeedFormat format) : RecordSlicer(path)
{
    private readonly byte _delimiter = (byte)format.Delimiter;
    private bool _hasHeader;
    private bool _inQuotes;
    private long _closingQuote = -1;
    private byte _lastByte = (byte)'\n';

    public override bool IsBetweenRecords => _hasHeader && !_inQuotes && _lastByte == (byte)'\n';

    public override RecordSlicer Fork() => new CsvSlicer(Path, format) { Context = Context, _hasHeader = true };

    public override CutFinder LearnCut(ReadOnlySpan<byte> text, RecordSlice last, int next) =>
        new RowCutFinder(_delimiter, Context.Columns.Count);

    public override void Scan(SliceWindow window)
    {
        while (!window.IsClosed)
        {
            if (window.RecordStart < 0 && !window.IsSkipping)
                window.Begin(window.At);
            var left = window.End - window.At;
            if (left < Block64.Size && (left == 0 || !window.IsLast))
                return;
            var bytes = window.Buffer.AsSpan(window.At, Math.Min(left, Block64.Size));
            var block = left < Block64.Size ? Block64.Padded(bytes) : new Block64(bytes);
            ScanBlock(window, block.Equal((byte)'"') | block.Equal((byte)'\n'), bytes.Length);
        }
    }

    public override void Complete(SliceWindow window)
    {
        if (_inQuotes && _closingQuote < 0)
        {
            var where = window.RecordStart >= 0 ? $" that begins at byte {window.Position(window.RecordStart):N0}" : "";
            throw Incomplete($"after {window.Records:N0} rows, the row{where} ends inside of a quoted field");
        }

        EndRow(window, window.End);
    }

    /// <summary>Goes through the quotes and line feeds of a block.</summary>
    private void ScanBlock(SliceWindow window, ulong bits, int length)
    {
        var from = window.At;
        while (bits != 0)
        {
            var at = from + BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
            var isQuote = window.Buffer[at] == (byte)'"';
            if (_inQuotes && !LeavesQuotes(window.Position(at), isQuote))
                continue;
            if (isQuote)
            {
                _inQuotes = BeginsField(at == from ? _lastByte : window.Buffer[at - 1]);
            }
            else
            {
                window.At = at + 1;
                _lastByte = (byte)'\n';
                if (!EndRow(window, at))
                    return;
                window.Begin(at + 1);
            }
        }

        _lastByte = window.Buffer[from + length - 1];
        window.At = from + length;
    }

    /// <summary>
    /// A quote inside of a quoted field closes it, unless the very next byte is a quote too. Whether it is shows only at the next
    /// quote or line feed. False: the byte at this position is inside of the field.
    /// </summary>
    private bool LeavesQuotes(long position, bool isQuote)
    {
        if (_closingQuote < 0)
        {
            if (isQuote)
                _closingQuote = position;
            return false;
        }

        var isEscaped = isQuote && position == _closingQuote + 1;
        _closingQuote = -1;
        _inQuotes = isEscaped;
        return !isEscaped;
    }

    private bool BeginsField(byte before) => before == _delimiter || before == (byte)'\n';

    private bool EndRow(SliceWindow window, int end)
    {
        _inQuotes = false;
        _closingQuote = -1;
        if (window.IsSkipping && !_hasHeader)
            throw Refused("has a header row that is longer than the limit for a record. Check the definition's format.");
        if (window.IsSkipping)
            return window.EndRecord(default);
        if (window.RecordStart < 0)
            return true;
        var start = window.RecordStart;
        if (end > start && window.Buffer[end - 1] == (byte)'\r')
            end--;
        if (end == start)
            return window.Drop();
        if (_hasHeader)
            return window.EndRecord(new RecordSlice(start, end - start));
        Context = new RecordContext(Path, CsvHeader.Read(window.Buffer.AsSpan(start, end - start), format.Delimiter, Path));
        _hasHeader = true;
        return window.Drop();
    }
}
