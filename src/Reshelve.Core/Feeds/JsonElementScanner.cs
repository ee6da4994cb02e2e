using System.Numerics;
using System.Runtime.CompilerServices;

namespace Reshelve.Feeds;

/// <summary>
/// Cuts the inside of a JSON array into its elements: what stands between two commas that are in no string and no bracket,
/// without whitespace around it. It does not check them, so a broken element is one record to be rejected and not the end of the
/// feed; where nothing stands between two commas, the second comma is the record, and no parser takes it.
/// </summary>
internal sealed class JsonElementScanner
{
    // Square brackets and braces differ in one bit, which is not looked at.
    private const byte BracketMask = 0xDF;
    private const byte OpeningBracket = (byte)'[';
    private const byte ClosingBracket = (byte)']';

    private ulong _inString;
    private bool _escaped;
    private long _depth;
    private bool _any;

    /// <summary>Begins behind the array's opening bracket.</summary>
    public void Start(SliceWindow window)
    {
        Resume();
        _depth = 0;
        _any = false;
        window.Begin(window.At);
    }

    /// <summary>Begins behind the comma after an element.</summary>
    public static JsonElementScanner BehindElement() => new() { _any = true };

    /// <summary>Whether it stands behind the comma after an element.</summary>
    public bool IsBehindElement => _any && _depth == 0 && _inString == 0 && !_escaped;

    /// <summary>
    /// Goes on through the array. True: its end was found, and <see cref="SliceWindow.At"/> is behind the bracket.
    /// </summary>
    public bool TryFinish(SliceWindow window)
    {
        if (window.RecordStart < 0 && !window.IsSkipping)
            window.Begin(window.At);
        while (true)
        {
            var left = window.End - window.At;
            if (left < Block64.Size && (left == 0 || !window.IsLast))
            {
                window.SkipBlank();
                return false;
            }

            var bytes = window.Buffer.AsSpan(window.At, Math.Min(left, Block64.Size));
            var block = left < Block64.Size ? Block64.Padded(bytes) : new Block64(bytes);
            if (!ScanBlock(window, block, bytes.Length, out var ended))
                return ended;
        }
    }

    /// <summary>What is open, for a message about a feed that ends here.</summary>
    public string Describe(SliceWindow window)
    {
        var where = window.RecordStart >= 0 ? $" from byte {window.Position(window.RecordStart):N0}" : "";
        if (_inString != 0)
            return $"the record{where} ends inside of a string";
        return _depth > 0
            ? $"the record{where} ends with {_depth:N0} {(_depth == 1 ? "bracket" : "brackets")} open"
            : "the array of records ends without its closing bracket";
    }

    private bool ScanBlock(SliceWindow window, Block64 block, int length, out bool ended)
    {
        var quotes = block.Equal((byte)'"');
        var backslashes = block.Equal((byte)'\\');
        if (backslashes != 0 || _escaped)
            quotes &= ~Escaped(backslashes);
        var inside = Block64.Parity(quotes) ^ _inString;
        _inString = (ulong)((long)inside >> 63);
        var opens = block.EqualMasked(BracketMask, OpeningBracket) & ~inside;
        var closes = block.EqualMasked(BracketMask, ClosingBracket) & ~inside;
        var todo = ulong.MaxValue;
        if (_depth > 0 && !TryLeaveElement(opens, closes, ref todo))
        {
            window.At += length;
            ended = false;
            return true;
        }

        return ScanBetween(window, opens, closes, block.Equal((byte)',') & ~inside, todo, length, out ended);
    }

    /// <summary>From where at least one element ends in the block.</summary>
    private bool ScanBetween(SliceWindow window, ulong opens, ulong closes, ulong commas, ulong todo, int length, out bool ended)
    {
        ended = false;
        var from = window.At;
        while (true)
        {
            var next = (opens | closes | commas) & todo;
            if (next == 0)
                break;
            var bit = BitOperations.TrailingZeroCount(next);
            todo = Block64.Above(bit);
            var at = from + bit;
            var value = window.Buffer[at];
            if (value is (byte)'{' or (byte)'[')
            {
                _depth = 1;
                if (!TryLeaveElement(opens, closes, ref todo))
                    break;
            }
            else if (value != (byte)'}')
            {
                // A closing brace here belongs to nothing: it stays in the element, which its parser will reject.
                ended = value == (byte)']';
                window.At = at + 1;
                var open = EndElement(window, at, ended);
                if (!open || ended)
                {
                    Resume();
                    return false;
                }
            }
        }

        window.At = from + length;
        return true;
    }

    /// <summary>Follows the brackets of an element. False: it does not end in this block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryLeaveElement(ulong opens, ulong closes, ref ulong todo)
    {
        var depth = _depth;
        var brackets = (opens | closes) & todo;
        while (brackets != 0)
        {
            var lowest = brackets & (0 - brackets);
            brackets ^= lowest;
            depth += (opens & lowest) != 0 ? 1 : -1;
            if (depth == 0)
            {
                todo = ~(lowest | (lowest - 1));
                _depth = 0;
                return true;
            }
        }

        _depth = depth;
        return false;
    }

    private bool EndElement(SliceWindow window, int at, bool isEnd)
    {
        var goOn = true;
        if (window.IsSkipping)
        {
            goOn = window.EndRecord(default);
        }
        else
        {
            var element = BlankTrimming.Trim(window.Buffer, window.RecordStart, at);
            if (element.Length == 0)
                element = new RecordSlice(at, 1);
            if (isEnd && !_any && element.Start == at)
                window.Drop();
            else
                goOn = window.EndRecord(element);
        }

        _any = true;
        if (!isEnd)
            window.Begin(at + 1);
        return goOn;
    }

    /// <summary>After a stop between two elements, where no string is open.</summary>
    private void Resume()
    {
        _inString = 0;
        _escaped = false;
    }

    /// <summary>The bytes that a backslash stands before which is not itself escaped.</summary>
    private ulong Escaped(ulong backslashes)
    {
        var escaped = _escaped ? 1UL : 0;
        backslashes &= ~escaped;
        _escaped = false;
        while (backslashes != 0)
        {
            var lowest = backslashes & (0 - backslashes);
            _escaped = lowest << 1 == 0;
            escaped |= lowest << 1;
            backslashes &= ~(lowest | (lowest << 1));
        }

        return escaped;
    }
}
