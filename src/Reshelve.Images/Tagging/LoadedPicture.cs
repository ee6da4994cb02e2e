using Reshelve.Enriching;

namespace Reshelve.Images.Tagging;

/// <summary>A picture with its bytes, on its way to a tagger.</summary>
/// <param name="Index">Which of the call's pictures it is.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record LoadedPicture(int Index, TaggerPicture Picture, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Beyond this it could not be written as base64 in one piece of JSON.</summary>
    private const int MostBytes = 90_000_000;

    /// <summary>Brings a picture's bytes, or the result that says why they could not be had.</summary>
    public static async Task<(LoadedPicture? Picture, TagResult? Failure)> LoadAsync(
        int index, TaggerPicture picture, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await picture.Bytes(cancellationToken);
            return bytes.Length <= MostBytes
                ? (new LoadedPicture(index, picture, bytes), null)
                : (null, new TagResult(null, $"The picture has {bytes.Length} bytes; a tagger is sent at most {MostBytes}."));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return (null, new TagResult(null, $"The picture could not be read to be tagged: {e.Message}", IsTransient: true));
        }
    }
}
