using Reshelve.Catalogs;

namespace Reshelve.Enriching;

/// <summary>What a picture is, once decoded, turned upright and converted to sRGB.</summary>
public sealed record PictureFacts
{
    /// <summary><c>png</c>, <c>jpeg</c>, <c>webp</c>, <c>gif</c>, <c>tiff</c>, …, by its content.</summary>
    public required string Format { get; init; }

    /// <summary>Pixels across.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels down.</summary>
    public required int Height { get; init; }

    /// <summary>
    /// SHA-256 of width, height and the upright sRGB pixels with alpha, 64 lower-case hexadecimal digits: the same for the same picture however it was
    /// losslessly compressed and whatever metadata it carries.
    /// </summary>
    public required string PixelHash { get; init; }

    /// <summary>What was measured of it.</summary>
    public required VisualFeatures Features { get; init; }
}

/// <summary>A resized copy of a picture.</summary>
/// <param name="Spec">What was asked for.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Bytes">The encoded file.</param>
public sealed record EncodedRendition(RenditionSpec Spec, int Width, int Height, ReadOnlyMemory<byte> Bytes);

/// <summary>A decoded picture.</summary>
/// <param name="Facts">What it is.</param>
/// <param name="Renditions">One for each that was asked for, in that order.</param>
public sealed record DecodedPicture(PictureFacts Facts, IReadOnlyList<EncodedRendition> Renditions);

/// <summary>
/// Decodes pictures apart from this process: whatever a picture does to its decoder, the caller gets an exception about that
/// picture, and the next one is decoded as ever. Thread-safe; calls wait for a free worker.
/// </summary>
public interface IPictureDecoder : IAsyncDisposable
{
    /// <summary>Decodes, measures and resizes one picture.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="renditions">The copies wanted; may be none.</param>
    /// <param name="maxPixels">A picture of more pixels, by its header, is refused before it is decoded.</param>
    /// <param name="cancellationToken">Ends the wait, and the worker if it is at this picture.</param>
    /// <exception cref="PictureException">It is no picture, is broken, or was too much for its decoder.</exception>
    Task<DecodedPicture> DecodeAsync(
        ReadOnlyMemory<byte> bytes, IReadOnlyList<RenditionSpec> renditions, long maxPixels, CancellationToken cancellationToken);
}

/// <summary>Bytes could not be decoded.</summary>
/// <param name="message">Why, for people.</param>
/// <param name="isTransient">Whether the same bytes may be decoded the next time: no worker could be started.</param>
/// <param name="cause">What was thrown below.</param>
public sealed class PictureException(string message, bool isTransient = false, Exception? cause = null) : Feeds.ReshelveException(message, cause)
{
    /// <summary>Whether the next try may succeed.</summary>
    public bool IsTransient { get; } = isTransient;
}
