using System.ComponentModel;
using System.Globalization;
using Reshelve.Enriching;

namespace Reshelve.Images.Fetching;

/// <summary>
/// Gets pictures that lie beside the feed, in its folder or below: never others, however the path is written and wherever links
/// lead, and never what is no regular file.
/// </summary>
internal sealed class FolderPictures(TimeProvider time)
{
    /// <summary>What was written just now may be written again within the resolution of its time.</summary>
    private static readonly TimeSpan Racy = TimeSpan.FromSeconds(2);

    /// <summary>Gets one picture.</summary>
    /// <param name="path">Relative to the folder, taken literally: <c>%2e</c> is three characters.</param>
    /// <param name="request">Names the folder.</param>
    /// <param name="limit">Bytes, at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<FetchedImage> ReadAsync(string path, ImageRequest request, long limit, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            throw Refused(path, "pictures in a folder can be read on Linux only");
        try
        {
            return await TryReadAsync(path, request, limit, cancellationToken);
        }
        catch (Win32Exception e)
        {
            var missing = e.NativeErrorCode is NativeFile.NoEntry or NativeFile.NoFolder;
            var lasting = missing || e.NativeErrorCode is NativeFile.NameTooLong or NativeFile.TooManyLinks;
            throw new ImageFetchException(
                missing
                    ? $"The picture '{Shown(path)}' is not in the feed's folder {request.Base.LocalPath} (upper and lower case count)."
                    : $"The picture '{Shown(path)}' in {request.Base.LocalPath} could not be opened: {e.Message}. Check its permissions.",
                isTransient: !lasting,
                e) { IsGone = missing };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageFetchException(
                $"The picture '{Shown(path)}' in {request.Base.LocalPath} could not be read: {e.Message}", isTransient: true, e);
        }
        catch (FetchProblem problem)
        {
            throw new ImageFetchException($"The picture '{Shown(path)}' could not be had: {problem.Message}", problem.IsTransient, problem);
        }
    }

    private async Task<FetchedImage> TryReadAsync(string path, ImageRequest request, long limit, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(request.Base.LocalPath);
        var whole = Path.GetFullPath(Path.Combine(root, path));
        if (!IsBelow(whole, root))
            throw Refused(path, $"it leads out of the feed's folder {root}");
        using var handle = NativeFile.Open(whole);
        if (!IsBelow(NativeFile.RealPath(handle), NativeFile.RealFolder(root)))
            throw Refused(path, $"a link on its way leads out of the feed's folder {root}");
        var (isRegular, size, written) = NativeFile.Status(handle);
        if (!isRegular)
            throw Refused(path, "it is no file but a folder, a pipe or a device");
        var state = string.Create(CultureInfo.InvariantCulture, $"{size} {written.UtcTicks}");
        if (state == request.LastModified)
            return new FetchedImage(null, null, state, null);
        if (size > limit)
            throw FetchProblem.Lasting($"it has {size:N0} bytes, and {limit:N0} are allowed. Allow more by 'size' of 'images' in the definition, or deliver a smaller one.");
        await using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var bytes = await PictureBody.ReadAsync(stream, size, limit, cancellationToken);
        if (PictureSniff.WhatElse(bytes) is { } what)
            throw FetchProblem.Lasting($"the file is {what}, not a picture. Replace it, or correct its path in the feed.");
        var isSettled = time.GetUtcNow() - written >= Racy && bytes.LongLength == size;
        return new FetchedImage(bytes, null, isSettled ? state : null, null);
    }

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder.EndsWith('/') ? folder : folder + "/", StringComparison.Ordinal);

    private static string Shown(string path) => Calls.ServerText.Line(path, 300);

    private static ImageFetchException Refused(string path, string why) => new($"The picture '{Shown(path)}' was refused: {why}.", isTransient: false);
}
