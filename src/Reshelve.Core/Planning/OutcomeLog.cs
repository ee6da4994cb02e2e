using System.Runtime.InteropServices;
using Reshelve.Ledgers;
using Reshelve.Mapping;

namespace Reshelve.Planning;

/// <summary>What became of a record that had to be parsed.</summary>
internal enum OutcomeKind : byte
{
    /// <summary>A new document.</summary>
    Add,

    /// <summary>Another document under a known id.</summary>
    Replace,

    /// <summary>Only volatile fields changed.</summary>
    Patch,

    /// <summary>A tombstone of a known document.</summary>
    Remove,

    /// <summary>The known document, spelled differently: the ledger gets the new raw hash, the index nothing.</summary>
    Respelled,

    /// <summary>Rejected, but its id is known: the last good document stays.</summary>
    Kept,

    /// <summary>A tombstone of an unknown document.</summary>
    Gone,

    /// <summary>A record that the ledger knows byte for byte: it stood elsewhere in the feed.</summary>
    Moved,
}

/// <summary>A parsed record, short: kept in memory for every one, to find repeated ids.</summary>
/// <param name="IdHash">The keyed hash of its id.</param>
/// <param name="Record">Its number in the feed, from 0.</param>
/// <param name="Entry">The ledger's entry of its id, or <see cref="Ledger.None"/>.</param>
/// <param name="Batch">The batch its change is in, or 0.</param>
/// <param name="Line">The line there.</param>
/// <param name="IdLength">Bytes of its id.</param>
/// <param name="Kind">What became of it.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Outcome(
    ulong IdHash, uint Record, uint Entry, int Batch, ushort Line, ushort IdLength, OutcomeKind Kind);

/// <summary>
/// Outcomes of one thread, in feed order: the short form in memory, id and fingerprint in a temporary file once there are many.
/// </summary>
internal sealed class OutcomeLog(string path) : IDisposable
{
    private const int InMemory = 4 << 20;
    private const int SegmentBits = 14;

    private readonly List<Outcome[]> _segments = [];
    private readonly long[] _counts = new long[Enum.GetValues<OutcomeKind>().Length];
    private readonly EntryBlock _last = new();
    private readonly List<long> _blockEnds = [];
    private readonly ByteBuffer _buffer = new(1 << 12);
    private FileStream? _file;
    private long _spilled;

    public int Count { get; private set; }

    /// <summary>How many pieces the outcomes lie in, see <see cref="Segment"/>.</summary>
    public int Segments => _segments.Count;

    public Outcome this[int index] => _segments[index >> SegmentBits][index & ((1 << SegmentBits) - 1)];

    /// <summary>Consecutive outcomes: all of them, piece by piece.</summary>
    public ReadOnlySpan<Outcome> Segment(int number) =>
        _segments[number].AsSpan(0, Math.Min(1 << SegmentBits, Count - (number << SegmentBits)));

    /// <summary>How many there are of a kind.</summary>
    public long CountOf(OutcomeKind kind) => _counts[(int)kind];

    public void Add(Outcome outcome, in Fingerprint fingerprint, ReadOnlySpan<byte> id)
    {
        if (Count >> SegmentBits == _segments.Count)
            _segments.Add(new Outcome[1 << SegmentBits]);
        _segments[^1][Count++ & ((1 << SegmentBits) - 1)] = outcome;
        _counts[(int)outcome.Kind]++;
        _last.Add(fingerprint, (uint)outcome.IdHash, id);
        if (_last.IsFull)
            CloseBlock();
    }

    /// <summary>Goes through the outcomes with their details. Nothing may be added meanwhile.</summary>
    public OutcomeReader Read() => new(this);

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void CloseBlock()
    {
        _last.Save(_buffer);
        _last.Clear();
        _blockEnds.Add(_spilled + _buffer.Length);
        if (_buffer.Length < InMemory)
            return;
        _file ??= new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose);
        _file.Write(_buffer.Written);
        _spilled += _buffer.Length;
        _buffer.Clear();
    }

    /// <summary>Goes through a log from its beginning.</summary>
    internal sealed class OutcomeReader(OutcomeLog log)
    {
        private EntryBlock? _block;
        private int _blockNumber = -1;
        private EntryBlock? _own;
        private byte[] _bytes = [];

        public Outcome Current => log[Index];

        public int Index { get; private set; } = -1;

        /// <summary>The id of the current outcome.</summary>
        public ReadOnlySpan<byte> Id => Block().Id(Index % EntryBlock.Capacity);

        public bool MoveNext() => ++Index < log.Count;

        /// <summary>
        /// The entries of the current outcome and of those after it, as long as they are asked for, up to the end of their block. The
        /// last of them is then the current one.
        /// </summary>
        /// <param name="atMost">No more than that.</param>
        /// <param name="isWanted">Whether the entry of an outcome is asked for.</param>
        public EntrySlice Take(uint atMost, Func<Outcome, bool> isWanted)
        {
            var start = Index % EntryBlock.Capacity;
            var end = (int)Math.Min(Math.Min(EntryBlock.Capacity, log.Count - Index + start), start + (long)atMost);
            var count = 1;
            while (start + count < end && isWanted(log[Index + count]))
                count++;
            var slice = Block().Slice(start, count);
            Index += count - 1;
            return slice;
        }

        private EntryBlock Block()
        {
            var number = Index / EntryBlock.Capacity;
            if (_block is not null && number == _blockNumber)
                return _block;
            _blockNumber = number;
            return _block = number == log._blockEnds.Count ? log._last : Load(number);
        }

        private EntryBlock Load(int number)
        {
            _own ??= new EntryBlock();
            var start = number == 0 ? 0 : log._blockEnds[number - 1];
            var length = (int)(log._blockEnds[number] - start);
            if (start >= log._spilled)
            {
                _own.Load(log._buffer.Slice((int)(start - log._spilled), length));
                return _own;
            }

            if (_bytes.Length < length)
                _bytes = new byte[length * 2];
            for (var read = 0; read < length;)
            {
                var got = RandomAccess.Read(log._file!.SafeFileHandle, _bytes.AsSpan(read, length - read), start + read);
                if (got == 0)
                    throw new EndOfStreamException($"the temporary file {log._file.Name} was cut off");
                read += got;
            }

            _own.Load(_bytes.AsSpan(0, length));
            return _own;
        }
    }
}
