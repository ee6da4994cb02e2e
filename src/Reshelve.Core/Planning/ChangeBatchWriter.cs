using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Mapping;

namespace Reshelve.Planning;

/// <summary>Where a change stands in a plan.</summary>
/// <param name="Batch">The number of its batch.</param>
/// <param name="Line">Its line there, from 0.</param>
internal readonly record struct ChangePlace(int Batch, int Line);

/// <summary>Gives out the batch numbers of a plan. Thread-safe.</summary>
/// <param name="last">The highest number that is taken already.</param>
/// <param name="changes">Changes per batch, at most.</param>
internal sealed class BatchNumbers(int last = 0, int changes = ChangeBatchWriter.MaxChanges)
{
    private int _last = last;

    /// <summary>Changes per batch, at most.</summary>
    public int Changes => changes;

    public int Next() => Interlocked.Increment(ref _last);
}

/// <summary>
/// Writes changes to batch files, one JSON object per line:
/// <c>{"change":"add","id":"…","raw":"…","stable":"…","volatile":"…","document":{…}}</c>, hashes in hexadecimal; a removal has
/// only
/// <c>change</c> and <c>id</c>, and one that waits for approval also the hashes. A batch is what is written to the index, acknowledged and journalled as one.
/// </summary>
internal sealed class ChangeBatchWriter(string folder, string prefix, BatchNumbers numbers) : IDisposable
{
    /// <summary>Changes per batch, at most: a unit that an engine commits in well under a second.</summary>
    public const int MaxChanges = 10_000;

    private const int MaxBytes = 8 << 20;
    private const int WriteBytes = 1 << 18;

    private readonly ByteBuffer _buffer = new(WriteBytes + (1 << 16));
    private readonly List<PlanBatch> _finished = [];
    private FileStream? _file;
    private int _number;
    private int _changes;
    private long _bytes;

    /// <summary>The batches, once all are finished.</summary>
    public IReadOnlyList<PlanBatch> Finish()
    {
        FinishBatch();
        return _finished;
    }

    /// <summary>Writes a change with a document.</summary>
    public ChangePlace Write(ChangeKind kind, ReadOnlySpan<byte> id, Fingerprint fingerprint, ReadOnlySpan<byte> document)
    {
        Begin(kind switch
        {
            ChangeKind.Add => "{\"change\":\"add\",\"id\":"u8,
            ChangeKind.Replace => "{\"change\":\"replace\",\"id\":"u8,
            _ => "{\"change\":\"patch\",\"id\":"u8,
        });
        JsonText.AppendQuoted(id, _buffer);
        AppendFingerprint(fingerprint);
        _buffer.Append(",\"document\":"u8);
        _buffer.Append(document);
        return End();
    }

    /// <summary>Writes a removal.</summary>
    public ChangePlace WriteRemoval(ReadOnlySpan<byte> id)
    {
        Begin("{\"change\":\"remove\",\"id\":"u8);
        JsonText.AppendQuoted(id, _buffer);
        return End();
    }

    /// <summary>Writes a removal that counts only while the ledger has this fingerprint under the id.</summary>
    public ChangePlace WriteRemoval(ReadOnlySpan<byte> id, Fingerprint fingerprint)
    {
        Begin("{\"change\":\"remove\",\"id\":"u8);
        JsonText.AppendQuoted(id, _buffer);
        AppendFingerprint(fingerprint);
        return End();
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Begin(ReadOnlySpan<byte> opening)
    {
        if (_file is null)
        {
            _number = numbers.Next();
            _file = new FileStream(Path.Combine(folder, NameOf(prefix, _number)), FileMode.Create, FileAccess.Write, FileShare.Read, 0);
        }

        _buffer.Append(opening);
    }

    private ChangePlace End()
    {
        _buffer.Append("}\n"u8);
        var place = new ChangePlace(_number, _changes++);
        if (_buffer.Length >= WriteBytes)
            WriteOut();
        if (_changes >= numbers.Changes || _bytes + _buffer.Length >= MaxBytes)
            FinishBatch();
        return place;
    }

    private void WriteOut()
    {
        _file!.Write(_buffer.Written);
        _bytes += _buffer.Length;
        _buffer.Clear();
    }

    private void FinishBatch()
    {
        if (_file is null)
            return;
        WriteOut();
        _file.Dispose();
        _file = null;
        _finished.Add(new PlanBatch { Number = _number, File = NameOf(prefix, _number), Changes = _changes, Bytes = _bytes });
        _changes = 0;
        _bytes = 0;
    }

    private static string NameOf(string prefix, int number) => $"{prefix}-{number:D6}.ndjson";

    private void AppendFingerprint(Fingerprint fingerprint)
    {
        _buffer.Append(",\"raw\":\""u8);
        AppendHash(fingerprint.Raw);
        _buffer.Append("\",\"stable\":\""u8);
        AppendHash(fingerprint.Stable);
        _buffer.Append("\",\"volatile\":\""u8);
        AppendHex(fingerprint.Volatile);
        _buffer.Append("\""u8);
    }

    private void AppendHash(Hash128 hash)
    {
        AppendHex(hash.High);
        AppendHex(hash.Low);
    }

    private void AppendHex(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        Convert.TryToHexStringLower(bytes, _buffer.Room(16), out var written);
        _buffer.Commit(written);
    }
}
