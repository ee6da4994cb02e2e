using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Reshelve.Feeds;

/// <summary>
/// Reads another source on a thread of its own, a few blocks ahead, so that decompressing overlaps with slicing and hashing. An
/// error comes out where the bytes would have come. Disposing ends the thread.
/// </summary>
internal sealed class ReadAheadSource : ByteSource
{
    private const int BlockBytes = 256 << 10;
    private const int Blocks = 4;

    private readonly ByteSource _inner;
    private readonly BlockingCollection<Block> _filled = new(Blocks);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _error;
    private Block _current;
    private int _at;
    private bool _isDisposed;

    public ReadAheadSource(ByteSource inner, string name)
    {
        _inner = inner;
        _thread = new Thread(ReadAll) { IsBackground = true, Name = "Read ahead " + name };
        _thread.Start();
    }

    /// <summary>Whether its thread still runs, for tests.</summary>
    internal bool IsRunning => _thread.IsAlive;

    public override int Read(Span<byte> destination, CancellationToken cancellationToken)
    {
        if (_at == _current.Length && !TryTakeBlock(cancellationToken))
            return 0;
        var length = Math.Min(destination.Length, _current.Length - _at);
        _current.Bytes.AsSpan(_at, length).CopyTo(destination);
        _at += length;
        return length;
    }

    public override void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _stop.Cancel();
        _thread.Join();
        Return(ref _current);
        while (_filled.TryTake(out var block))
            Return(ref block);
        _inner.Dispose();
        _filled.Dispose();
        _stop.Dispose();
    }

    private bool TryTakeBlock(CancellationToken cancellationToken)
    {
        Return(ref _current);
        _at = 0;
        if (_filled.TryTake(out _current, Timeout.Infinite, cancellationToken))
            return true;
        _error?.Throw();
        return false;
    }

    private void ReadAll()
    {
        try
        {
            while (TryReadBlock(out var block))
                _filled.Add(block, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Disposed: nobody waits for more.
        }
        catch (Exception exception)
        {
            _error = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            _filled.CompleteAdding();
        }
    }

    private bool TryReadBlock(out Block block)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(BlockBytes);
        block = new Block(bytes, 0);
        try
        {
            block = new Block(bytes, _inner.Read(bytes, _stop.Token));
            return block.Length > 0;
        }
        finally
        {
            if (block.Length == 0)
                Return(ref block);
        }
    }

    private static void Return(ref Block block)
    {
        if (block.Bytes is not null)
            ArrayPool<byte>.Shared.Return(block.Bytes);
        block = default;
    }

    private readonly record struct Block(byte[]? Bytes, int Length);
}
