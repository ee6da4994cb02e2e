using System.Collections.Concurrent;
using System.Reflection;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Images.Decoding.Workers;

namespace Reshelve.Images.Decoding;

/// <summary>
/// Decodes pictures by libvips in worker processes, which have limits on memory and time: a picture that is made to crash or to exhaust a
/// decoder kills a
/// worker, and nothing else. Workers are started when they are first needed.
/// </summary>
public sealed class VipsPictureDecoder : IPictureDecoder
{
    private static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(100);

    private readonly DecoderOptions _options;
    private readonly TimeProvider _time;
    private readonly BlockingCollection<PictureRequest> _requests = [];
    private readonly StartFailure _startFailure;
    private readonly Lock _state = new();
    private readonly List<WorkerSlot> _slots = [];
    private readonly ITimer _ticking;
    private long _lastTick;
    private int _unfinished;
    private bool _isDisposed;

    /// <summary>Makes a decoder whose workers are this program again; no process is started yet.</summary>
    public VipsPictureDecoder(TimeProvider? time = null)
        : this(new DecoderOptions { Command = ThisProgram() }, time ?? TimeProvider.System)
    {
    }

    /// <summary>Makes a decoder; no process is started yet.</summary>
    internal VipsPictureDecoder(DecoderOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _startFailure = new StartFailure(time, options.StartPause);
        _lastTick = time.GetTimestamp();
        _ticking = time.CreateTimer(static decoder => ((VipsPictureDecoder)decoder!).Tick(), this, TickLength, TickLength);
    }

    /// <inheritdoc/>
    public async Task<DecodedPicture> DecodeAsync(
        ReadOnlyMemory<byte> bytes, IReadOnlyList<RenditionSpec> renditions, long maxPixels, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (bytes.Length > WorkerProtocol.LargestFrame / 2)
            throw new PictureException($"its file has more than {WorkerProtocol.LargestFrame >> 21} MB");
        var request = new PictureRequest(bytes, renditions, maxPixels);
        Add(request);
        try
        {
            await using var registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((PictureRequest)state!).Cancel(token), request);
            return await request.Done;
        }
        finally
        {
            Interlocked.Decrement(ref _unfinished);
        }
    }

    /// <summary>Ends the workers; who still waits for a picture gets an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_state)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _requests.CompleteAdding();
        }

        while (_requests.TryTake(out var request))
            request.Fail(new ObjectDisposedException(nameof(VipsPictureDecoder)));
        foreach (var slot in _slots)
            slot.Stop();
        await Task.WhenAll(_slots.Select(slot => slot.Ended));
        await _ticking.DisposeAsync();
        _requests.Dispose();
    }

    private void Add(PictureRequest request)
    {
        lock (_state)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            // Counts those that wait and those that are worked on: more than there are slots means that one more has work.
            if (Interlocked.Increment(ref _unfinished) > _slots.Count && _slots.Count < _options.Workers)
                _slots.Add(new WorkerSlot(_options, _requests, _startFailure, _slots.Count + 1));
            _requests.Add(request);
        }
    }

    private void Tick()
    {
        lock (_state)
        {
            var now = _time.GetTimestamp();
            var elapsed = _time.GetElapsedTime(_lastTick, now);
            _lastTick = now;
            foreach (var slot in _slots)
                slot.Tick(elapsed);
        }
    }

    // As it was started: by its own file, or by 'dotnet'.
    private static string[] ThisProgram()
    {
        var process = Environment.ProcessPath
            ?? throw new PictureException("no decoder can be started: the program does not know its own file", isTransient: true);
        var isRunByDotnet = Path.GetFileNameWithoutExtension(process) is "dotnet" && Assembly.GetEntryAssembly() is { Location.Length: > 0 };
        return isRunByDotnet ? [process, "exec", Assembly.GetEntryAssembly()!.Location] : [process];
    }
}
