using System.Buffers;

namespace Reshelve.Feeds;

/// <summary>Takes a CSV row apart, by the rules that <see cref="CsvSlicer"/> cuts rows by.</summary>
internal ref struct CsvFields(ReadOnlySpan<byte> row, byte delimiter, ArrayBufferWriter<byte> unescaped)
{
    private ReadOnlySpan<byte> _rest = row;
    private bool _ended;

    /// <summary>The value of the field; valid until the next one.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        if (_ended)
            return false;
        if (_rest.Length > 0 && _rest[0] == (byte)'"')
        {
            ReadQuoted();
            return true;
        }

        Current = TakePlain();
        return true;
    }

    private ReadOnlySpan<byte> TakePlain()
    {
        var length = _rest.IndexOf(delimiter);
        _ended = length < 0;
        var field = _ended ? _rest : _rest[..length];
        _rest = _ended ? default : _rest[(length + 1)..];
        return field;
    }

    private void ReadQuoted()
    {
        _rest = _rest[1..];
        unescaped.ResetWrittenCount();
        while (true)
        {
            var length = _rest.IndexOf((byte)'"');
            if (length < 0)
            {
                // The slicer lets no row end inside quotes.
                unescaped.Write(_rest);
                _rest = default;
                break;
            }

            var isEscaped = length + 1 < _rest.Length && _rest[length + 1] == (byte)'"';
            unescaped.Write(_rest[..(isEscaped ? length + 1 : length)]);
            _rest = _rest[(length + (isEscaped ? 2 : 1))..];
            if (!isEscaped)
                break;
        }

        // Characters between the closing quote and the delimiter are kept as they are.
        unescaped.Write(TakePlain());
        Current = unescaped.WrittenSpan;
    }
}
