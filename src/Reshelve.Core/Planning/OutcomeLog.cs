using System.Runtime.CompilerServices;
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
/// The outcomes of one thread, in feed order: the short form in memory, id and fingerprint in a temporary file once there are
/// many.
/// </summary>
internal sealed class OutcomeLog(string path) : IDisposable
{
    private const int InMemory = 4 << 20;
    private const int SegmentBits = 14;
    private readonly List<Outcome[]> _segments = [];
    private readonly ByteBuffer _buffer = new(1 << 16);
    private FileStream? _file;

    public int Count { get; private set; }

    public Outcome this[int index] => _segments[index >> SegmentBits][index & ((1 << SegmentBits) - 1)];

    public void Add(Outcome outcome, Fingerprint fingerprint, ReadOnlySpan<byte> id)
    {
        if (Count >> SegmentBits == _segments.Count)
            _segments.Add(new Outcome[1 << SegmentBits]);
        _segments[^1][Count++ & ((1 << SegmentBits) - 1)] = outcome;
        MemoryMarshal.Write(_buffer.Room(Unsafe.SizeOf<Fingerprint>()), in fingerprint);
        _buffer.Commit(Unsafe.SizeOf<Fingerprint>());
        _buffer.Append(id);
        if (_buffer.Length >= InMemory)
            Spill();
    }

    /// <summary>Goes through the outcomes with their details. Once at a time, and nothing may be added meanwhile.</summary>
    public OutcomeReader Read() => new(this);

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Spill()
    {
        _file ??= new FileStream(
            path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose);
        _file.Write(_buffer.Written);
        _buffer.Clear();
    }

    /// <summary>Goes through a log from its beginning.</summary>
    internal sealed class OutcomeReader
    {
        private readonly OutcomeLog _log;
        private readonly byte[] _window = new byte[1 << 16];
        private int _index = -1;
        private int _start;
        private int _end;
        private long _position;

        public OutcomeReader(OutcomeLog log)
        {
            _log = log;
            if (log._file is not null)
                log.Spill();
        }

        public Outcome Current => _log[_index];

        public int Index => _index;

        public Fingerprint Fingerprint => MemoryMarshal.Read<Fingerprint>(_window.AsSpan(_start));

        public ReadOnlySpan<byte> Id => _window.AsSpan(_start + Unsafe.SizeOf<Fingerprint>(), Current.IdLength);

        public bool MoveNext()
        {
            if (_index >= 0)
                _start += Unsafe.SizeOf<Fingerprint>() + Current.IdLength;
            if (++_index >= _log.Count)
                return false;
            var size = Unsafe.SizeOf<Fingerprint>() + Current.IdLength;
            if (_end - _start < size)
                Fill();
            return true;
        }

        private void Fill()
        {
            _window.AsSpan(_start, _end - _start).CopyTo(_window);
            _end -= _start;
            _start = 0;
            var room = _window.AsSpan(_end);
            int read;
            if (_log._file is { } file)
            {
                read = RandomAccess.Read(file.SafeFileHandle, room, _position);
            }
            else
            {
                read = (int)Math.Min(room.Length, _log._buffer.Length - _position);
                _log._buffer.Slice((int)_position, read).CopyTo(room);
            }

            _end += read;
            _position += read;
        }
    }
}
