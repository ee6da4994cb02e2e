using System.Buffers;
using System.Security.Cryptography;
using Reshelve.Feeds;
using Reshelve.Files;

namespace Reshelve.Enriching;

/// <summary>A file of <see cref="PictureFiles"/>.</summary>
/// <param name="Name">The SHA-256 of a picture, or the path of a rendition below its folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Written">When it was written: what is younger may be about to be noted by whoever wrote it.</param>
public readonly record struct PictureFile(string Name, long Bytes, DateTimeOffset Written);

/// <summary>
/// Pictures and renditions as files, named by the SHA-256 of their bytes: <c>pictures/ab/abcdef…</c> and <c>renditions/ab/abcdef….webp</c>. Several
/// threads and processes may use the same folder.
/// <para>
/// A file is there wholly or not at all, whenever a process ends. Against a power cut files are not flushed one by one, which would cost
/// more than decoding a picture does: whoever is about to note that files are there calls <see cref="FlushAsync"/> once for all of
/// them. What is damaged nevertheless is found when a picture is read, and is then not there: it is fetched anew.
/// </para>
/// </summary>
/// <param name="folder">The folder; made when it is needed.</param>
/// <param name="time">The clock.</param>
public sealed class PictureFiles(string folder, TimeProvider time)
{
    private const int MaxExtension = 5;

    // In the names of files that are being written, see DurableFile.
    private const string Writing = ".new-";

    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(1);
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _pictures = Path.Combine(folder, "pictures");
    private readonly string _renditions = Path.Combine(folder, "renditions");

    /// <summary>Keeps a picture.</summary>
    /// <param name="sha256">The SHA-256 of its bytes.</param>
    /// <param name="bytes">Its bytes; that they have this SHA-256 is seen when they are read.</param>
    /// <param name="cancellationToken">Ends it before it begins.</param>
    public Task SavePictureAsync(string sha256, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var path = PicturePath(sha256);
        return Task.Run(() => Write(path, bytes.Span), cancellationToken);
    }

    /// <summary>The bytes of a picture; null when they are not kept, or are damaged: then they are deleted.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadPictureAsync(string sha256, CancellationToken cancellationToken)
    {
        var path = PicturePath(sha256);
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) == sha256)
                return bytes;
            File.Delete(path);
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ReshelveException(
                $"the picture file '{path}' cannot be read: {exception.Message}; make it readable, or delete it to have it fetched anew", exception);
        }
    }

    /// <summary>Keeps a rendition.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="extension">Of its format: <c>webp</c>.</param>
    /// <param name="cancellationToken">Ends it before it begins.</param>
    /// <returns>Its path below the folder of renditions, with slashes.</returns>
    public async Task<string> SaveRenditionAsync(ReadOnlyMemory<byte> bytes, string extension, CancellationToken cancellationToken)
    {
        if (!IsExtension(extension))
            throw new ArgumentException($"'{extension}' is no extension of a rendition: use up to {MaxExtension} lower-case letters and digits", nameof(extension));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        var name = $"{sha256[..2]}/{sha256}.{extension}";
        await Task.Run(() => Write(RenditionPath(name), bytes.Span), cancellationToken);
        return name;
    }

    /// <summary>Where a rendition lies.</summary>
    /// <param name="name">What <see cref="SaveRenditionAsync"/> gave; from elsewhere, ask <see cref="IsRendition"/> first.</param>
    /// <exception cref="ArgumentException">It is no rendition's.</exception>
    public string RenditionPath(string name) =>
        IsRendition(name) ? Path.Combine(_renditions, name[..2], name[3..]) : throw new ArgumentException($"'{name}' is no path of a rendition", nameof(name));

    /// <summary>Whether this can be the path of a rendition: no other is ever looked for.</summary>
    public static bool IsRendition(string name)
    {
        const int Dot = 3 + 64;
        return name.Length > Dot && name[2] == '/' && name[Dot] == '.' && IsSha256(name.AsSpan(3, 64))
            && name.AsSpan(0, 2).SequenceEqual(name.AsSpan(3, 2)) && IsExtension(name[(Dot + 1)..]);
    }

    /// <summary>Whether a rendition lies there, whole as far as its size says.</summary>
    public bool HasRendition(StoredRendition rendition) =>
        new FileInfo(RenditionPath(rendition.Path)) is { Exists: true } file && file.Length == rendition.Bytes;

    /// <summary>
    /// Returns when all that was saved before survives a power cut. On Linux one call flushes the file system; elsewhere there is no such call, and
    /// what a power cut damages is found when it is used.
    /// </summary>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                if (Directory.Exists(folder))
                    Guard(() => DurableFile.FlushFileSystem(folder));
            },
            cancellationToken);

    /// <summary>The pictures that are kept, in no order. What a crash left half written an hour ago and longer is deleted on the way.</summary>
    public IEnumerable<PictureFile> ListPictures() =>
        List(_pictures).Where(f => IsSha256(f.Name) && f.Directory!.Name == f.Name[..2])
            .Select(f => new PictureFile(f.Name, f.Length, new DateTimeOffset(f.LastWriteTimeUtc)));

    /// <summary>The renditions that are kept, in no order. What a crash left half written an hour ago and longer is deleted on the way.</summary>
    public IEnumerable<PictureFile> ListRenditions() =>
        List(_renditions).Select(f => new PictureFile($"{f.Directory!.Name}/{f.Name}", f.Length, new DateTimeOffset(f.LastWriteTimeUtc))).Where(f => IsRendition(f.Name));

    /// <summary>Deletes a picture, if it is kept.</summary>
    public void DeletePicture(string sha256) => Delete(PicturePath(sha256));

    /// <summary>Deletes a rendition, if it is kept.</summary>
    public void DeleteRendition(string name) => Delete(RenditionPath(name));

    private static bool IsSha256(ReadOnlySpan<char> text) => text.Length == 64 && !text.ContainsAnyExcept(HexDigits);

    private static bool IsExtension(string text) =>
        text.Length is > 0 and <= MaxExtension && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    // Nothing but hexadecimal digits, so that no name leads out of the folder.
    private string PicturePath(string sha256) =>
        IsSha256(sha256)
            ? Path.Combine(_pictures, sha256[..2], sha256)
            : throw new ArgumentException($"'{sha256}' is no SHA-256 in lower-case hexadecimal digits", nameof(sha256));

    // Under a name lie the same bytes always, so what is there is left; a size that differs is that of a damaged file.
    private void Write(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true } file && file.Length == bytes.Length)
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            DurableFile.WriteUnflushed(path, bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Explain(exception);
        }
    }

    private void Delete(string path) => Guard(() =>
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Then the file is not there either.
        }
    });

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Explain(exception);
        }
    }

    private ReshelveException Explain(Exception exception) => DiskFull.Is(exception)
        ? DiskFull.Explain(exception, folder)
        : new ReshelveException($"the picture folder '{folder}' cannot be written: {exception.Message}", exception);

    private IEnumerable<FileInfo> List(string kind)
    {
        if (!Directory.Exists(kind))
            yield break;
        var abandoned = (time.GetUtcNow() - AbandonedAfter).UtcDateTime;
        foreach (var file in new DirectoryInfo(kind).EnumerateDirectories("??").SelectMany(below => below.EnumerateFiles()))
        {
            if (!file.Name.Contains(Writing, StringComparison.Ordinal))
                yield return file;
            else if (file.LastWriteTimeUtc < abandoned)
                Delete(file.FullName);
        }
    }
}
