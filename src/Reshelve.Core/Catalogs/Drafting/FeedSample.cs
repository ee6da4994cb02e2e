using System.IO.Compression;
using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

/// <summary>A feed of which nothing is known yet: its compression and encoding, found by content, and its beginning.</summary>
internal sealed class FeedSample
{
    /// <summary>
    /// How much of a feed is looked at. Most feeds are smaller, and a type that holds for all of it rejects nothing.
    /// </summary>
    public const long Budget = 256L << 20;

    private const int HeadBytes = 1 << 20;

    private FeedSample()
    {
    }

    public required string File { get; init; }

    public bool Gzip { get; private init; }

    public required SampleEncoding Encoding { get; init; }

    /// <summary>The first megabyte, decoded.</summary>
    public string Head { get; private init; } = "";

    /// <summary>Whether the head is the whole feed.</summary>
    public bool HeadIsAll { get; private init; }

    /// <exception cref="ReshelveException">It cannot be read, is empty, or is compressed in a way that cannot be
    /// read.</exception>
    public static FeedSample Open(string file)
    {
        if (Directory.Exists(file))
            throw new ReshelveException($"'{file}' is a folder. Name one feed file in it.");
        if (FileKind.IsSpecial(file))
            throw new FeedUnavailableException($"'{file}' is a pipe or a device, and a feed is read more than once: write it to a file and name that.");
        return Reading(file, () =>
        {
            var gzip = IsGzip(file);
            var (encoding, head, complete) = Look(file, gzip);
            if (head.AsSpan().Trim().IsEmpty)
            {
                throw new ReshelveException(
                    $"The feed '{file}' is empty, so there is nothing to draft a definition from. Name a feed "
                        + "that holds records.");
            }

            return new FeedSample { File = file, Gzip = gzip, Encoding = encoding, Head = head, HeadIsAll = complete };
        });
    }

    /// <summary>The feed's bytes, expanded, as far as the budget goes.</summary>
    public Stream OpenBytes() => OpenBytes(File, Gzip);

    /// <summary>The feed's text in UTF-8; a byte-order mark may come first.</summary>
    public Stream OpenUtf8() =>
        Encoding.Text is UTF8Encoding
            ? OpenBytes()
            : System.Text.Encoding.CreateTranscodingStream(OpenBytes(), Encoding.Text, new UTF8Encoding(false));

    /// <summary>Turns what goes wrong below into a message that names the file.</summary>
    public static T Reading<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FeedUnavailableException($"There is no file '{file}'. Check the path.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FeedUnavailableException($"'{file}' cannot be read: {error.Message}", error);
        }
        catch (InvalidDataException error)
        {
            throw new FeedIncompleteException(
                $"'{file}' is damaged or cut off: its gzip data cannot be expanded. Deliver it again.", error);
        }
    }

    private static Stream OpenBytes(string file, bool gzip)
    {
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 << 10);
        return new BudgetStream(gzip ? new GZipStream(stream, CompressionMode.Decompress) : stream, Budget);
    }

    private static bool IsGzip(string file)
    {
        using var stream = OpenBytes(file, gzip: false);
        Span<byte> start = stackalloc byte[6];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        foreach (var (magic, name) in Unsupported)
        {
            if (start.StartsWith(magic))
                throw new FeedRefusedException($"'{file}' is {name}. Only gzip and plain feeds are read: deliver it as gzip.");
        }

        return start is [0x1F, 0x8B, ..];
    }

    private static (byte[] Magic, string Name)[] Unsupported =>
    [
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz"),
        ([0x42, 0x5A, 0x68], "compressed with bzip2"),
        ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive"),
        ([0x25, 0x50, 0x44, 0x46], "a PDF document"),
    ];

    private static (SampleEncoding Encoding, string Head, bool Complete) Look(string file, bool gzip)
    {
        using var stream = OpenBytes(file, gzip);
        var head = new byte[HeadBytes];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var encoding = SampleEncoding.Find(file, head.AsSpan(0, length), stream);
        var decoded = encoding.Text.GetString(head, 0, length).TrimStart('\uFEFF');
        // The last character may be cut in two.
        return (encoding, length < head.Length ? decoded : decoded.TrimEnd('\uFFFD'), length < head.Length);
    }
}
