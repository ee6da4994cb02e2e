using Reshelve.Ledgers;

namespace Reshelve.Planning.Matching;

/// <summary>A place in the ledger's feed order.</summary>
/// <param name="Run">Index of the run; the number of runs at the end.</param>
/// <param name="Offset">Entries into it.</param>
internal readonly record struct OrderCursor(int Run, uint Offset);

/// <summary>Finds its way in the ledger's feed order: from position to entry and back.</summary>
internal sealed class LedgerOrder
{
    private readonly LedgerRun[] _runs;
    private readonly uint[] _starts;
    private readonly int[] _byEntry;

    public LedgerOrder(Ledger ledger)
    {
        _runs = ledger.Order.ToArray();
        _starts = new uint[_runs.Length];
        uint start = 0;
        for (var i = 0; i < _runs.Length; i++)
        {
            _starts[i] = start;
            start += _runs[i].Length;
        }

        Count = start;
        _byEntry = new int[_runs.Length];
        for (var i = 0; i < _byEntry.Length; i++)
            _byEntry[i] = i;
        if (!IsSorted())
            Array.Sort(_byEntry, (left, right) => _runs[left].First.CompareTo(_runs[right].First));
    }

    /// <summary>Entries in order.</summary>
    public uint Count { get; }

    public bool IsEnd(OrderCursor cursor) => cursor.Run >= _runs.Length;

    /// <summary>The entry at a place that is not the end.</summary>
    public uint Entry(OrderCursor cursor) => _runs[cursor.Run].First + cursor.Offset;

    /// <summary>How many entries follow one another in number from here on.</summary>
    public uint Straight(OrderCursor cursor) => _runs[cursor.Run].Length - cursor.Offset;

    public uint Position(OrderCursor cursor) => IsEnd(cursor) ? Count : _starts[cursor.Run] + cursor.Offset;

    /// <summary>The place of a position; beyond the last: the end.</summary>
    public OrderCursor At(uint position)
    {
        if (position >= Count)
            return new OrderCursor(_runs.Length, 0);
        var run = Array.BinarySearch(_starts, position);
        if (run < 0)
            run = ~run - 1;
        while (_runs[run].Length == 0)
            run++;
        return new OrderCursor(run, position - _starts[run]);
    }

    /// <summary>The place so many entries further on, at most the end.</summary>
    public OrderCursor Advance(OrderCursor cursor, uint by)
    {
        while (!IsEnd(cursor))
        {
            var straight = Straight(cursor);
            if (by < straight)
                return cursor with { Offset = cursor.Offset + by };
            by -= straight;
            cursor = new OrderCursor(cursor.Run + 1, 0);
        }

        return cursor;
    }

    /// <summary>The position of an entry, or null if it is not live.</summary>
    public uint? PositionOf(uint entry)
    {
        int low = 0, high = _byEntry.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var run = _runs[_byEntry[middle]];
            if (entry < run.First)
                high = middle - 1;
            else if (entry >= run.End)
                low = middle + 1;
            else
                return _starts[_byEntry[middle]] + (entry - run.First);
        }

        return null;
    }

    private bool IsSorted()
    {
        for (var i = 1; i < _runs.Length; i++)
        {
            if (_runs[i].First < _runs[i - 1].First)
                return false;
        }

        return true;
    }
}
