using Reshelve.Feeds;
using Reshelve.Files;

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
        catch (IOException error) when (IsTaken(error))
        {
            return null;
        }
    }

    // Any other error (a disk that is read-only, too many open files) would only be waited for in vain. EWOULDBLOCK of Linux and of macOS;
    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows.
    private static bool IsTaken(IOException error) =>
        error.HResult is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);

    private static FileLock? TryTakeOrExplain(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            return TryTake(path);
        }
        catch (IOException error) when (DiskReadOnly.Is(error))
        {
            throw DiskReadOnly.Explain(error, folder);
        }
        catch (IOException error) when (DiskFull.Is(error))
        {
            throw DiskFull.Explain(error, folder);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new ReshelveException(
                $"the user {Environment.UserName} may not write in {folder}, so nothing was done: give that user write permission for it and what it " +
                $"holds, or run as one who has it ({error.Message})",
                error);
        }
    }

    /// <summary>Takes the lock, waiting for those who have it for a moment.</summary>
    /// <exception cref="ReshelveException">It was not free for a minute.</exception>
    public static async Task<FileLock> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            if (TryTakeOrExplain(path) is { } taken)
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
            if (TryTakeOrExplain(path) is { } taken)
                return taken;
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
                throw new ReshelveException($"another process has held '{path}' for over a minute; see which one with: fuser '{path}'");
            pause.Wait(1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
