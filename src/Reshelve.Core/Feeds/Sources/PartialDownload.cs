using System.Text.Json;
using Reshelve.Files;

namespace Reshelve.Feeds;

/// <summary>What is noted beside a part of a download.</summary>
/// <param name="SourceKey">Which source it comes from.</param>
/// <param name="ETag">The validator it can be resumed by, if that is an ETag.</param>
/// <param name="Modified">The validator it can be resumed by, if that is a time.</param>
/// <param name="Encoding">The content encoding it came with.</param>
/// <param name="Total">The length of the whole; null when the server did not say.</param>
/// <param name="Received">How many bytes of it are known to be on the disk.</param>
internal sealed record PartNote(
    string SourceKey, string? ETag, DateTimeOffset? Modified, string? Encoding, long? Total, long Received);

/// <summary>
/// The part of a feed that has come so far, in <c>download.part</c>, with a note beside it that says what it is a part of. The
/// note's length counts, not the file's: bytes behind it may not have reached the disk before a crash. There is one part per
/// spool, so that of an older state of the feed goes when a newer one begins.
/// </summary>
internal sealed class PartialDownload(FeedSpool spool)
{
    private string NotePath => PartPath + ".json";

    /// <summary>The file.</summary>
    public string PartPath { get; } = Path.Combine(spool.Folder, "download.part");

    /// <summary>What can be resumed of this source; null when nothing can.</summary>
    public PartNote? Load(string sourceKey)
    {
        try
        {
            var note = JsonSerializer.Deserialize(File.ReadAllBytes(NotePath), SpoolJson.Default.PartNote);
            var sound = note is { Received: > 0 } && note.SourceKey == sourceKey && note.ETag is null != note.Modified is null
                && (note.Total is null || note.Received <= note.Total) && new FileInfo(PartPath).Length >= note.Received;
            return sound ? note : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // No part, or one that cannot be trusted: the feed is had from its beginning.
            return null;
        }
    }

    /// <summary>Deletes the part.</summary>
    public void Discard() => spool.Guard(() =>
    {
        if (!Directory.Exists(spool.Folder))
            return;
        // The note first: a part without a note is never resumed.
        File.Delete(NotePath);
        File.Delete(PartPath);
    });

    /// <summary>Opens the part for more bytes, at the note's length: 0 begins anew.</summary>
    public FileStream Open(PartNote note) => spool.Guard(() =>
    {
        Directory.CreateDirectory(spool.Folder);
        if (note.Received == 0)
            File.Delete(NotePath);
        var file = new FileStream(PartPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        if (file.Length > note.Received)
            file.SetLength(note.Received);
        file.Position = note.Received;
        return file;
    });

    /// <summary>Writes bytes at the end of the part.</summary>
    public void Append(FileStream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskProblem.Explain(e, spool.Folder);
        }
    }

    /// <summary>Makes sure that what was written is on the disk, and notes that it is.</summary>
    public void Checkpoint(FileStream file, PartNote note) => spool.Guard(() =>
    {
        file.Flush(flushToDisk: true);
        if (note.ETag is not null || note.Modified is not null)
            DurableFile.Write(NotePath, JsonSerializer.SerializeToUtf8Bytes(note, SpoolJson.Default.PartNote));
    });

    /// <summary>Moves the finished part into the folder of a feed.</summary>
    public void MoveTo(string path) => spool.Guard(() =>
    {
        File.Delete(NotePath);
        File.Move(PartPath, path);
    });
}
