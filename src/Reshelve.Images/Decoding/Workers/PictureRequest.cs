using Reshelve.Catalogs;
using Reshelve.Enriching;

namespace Reshelve.Images.Decoding.Workers;

/// <summary>A picture that someone waits for.</summary>
internal sealed class PictureRequest(ReadOnlyMemory<byte> file, IReadOnlyList<RenditionSpec> renditions, long maxPixels)
{
    // Whoever waits must not go on in the thread that has a worker to attend to.
    private readonly TaskCompletionSource<DecodedPicture> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _state = new();
    private WorkerProcess? _worker;

    /// <summary>The picture's file.</summary>
    public ReadOnlyMemory<byte> File { get; } = file;

    /// <summary>The copies wanted.</summary>
    public IReadOnlyList<RenditionSpec> Renditions { get; } = renditions;

    /// <summary>The limit of pixels.</summary>
    public long MaxPixels { get; } = maxPixels;

    /// <summary>The decoded picture.</summary>
    public Task<DecodedPicture> Done => _done.Task;

    /// <summary>Whether nobody waits any more.</summary>
    public bool IsDone => _done.Task.IsCompleted;

    /// <summary>Notes who has it, or that nobody has.</summary>
    /// <returns>Whether someone still waits for it.</returns>
    public bool GiveTo(WorkerProcess? worker)
    {
        lock (_state)
        {
            _worker = worker;
            return !IsDone;
        }
    }

    /// <summary>It is decoded.</summary>
    public void Complete(DecodedPicture picture) => _done.TrySetResult(picture);

    /// <summary>It cannot be decoded.</summary>
    public void Fail(Exception error) => _done.TrySetException(error);

    /// <summary>Nobody waits any more: whoever has it is stopped.</summary>
    public void Cancel(CancellationToken token)
    {
        lock (_state)
        {
            if (_done.TrySetCanceled(token))
                _worker?.Kill();
        }
    }
}
