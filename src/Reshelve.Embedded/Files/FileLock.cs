using Reshelve.Feeds;

namespace Reshelve.Embedded.Files;

/// <summary>
/// An exclusive lock on a file, held as long as it is open. The kernel lets go of it when the process ends, however it ends. On
/// Unix it is advisory (<c>flock</c>): it binds those who ask for it.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock if nobody has it; null otherwise.</summary>
    public static FileLock? TryTake(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Takes the lock, waiting for those who have it for a moment.</summary>
    /// <exception cref="ReshelveException">It was not free for a minute.</exception>
    public static async Task<FileLock> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            if (TryTake(path) is { } taken)
                return taken;
            if (time.GetElapsedTime(begun) > Patience)
                throw new ReshelveException($"another process has held '{path}' for over a minute; see which one with: fuser '{path}'");
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Takes a lock that is only ever held for as long as a small file takes to be written.</summary>
    /// <exception cref="ReshelveException">It was not free for a minute.</exception>
    public static FileLock Take(string path)
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            if (TryTake(path) is { } taken)
                return taken;
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
                throw new ReshelveException($"another process has held '{path}' for over a minute; see which one with: fuser '{path}'");
            pause.Wait(1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
