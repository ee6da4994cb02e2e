using System.IO.Compression;
using Reshelve.Images.Calls;

namespace Reshelve.Images.Fetching;

/// <summary>Reads the bytes of a picture, never more than its limit.</summary>
internal static class PictureBody
{
    /// <summary>Reads a response's body.</summary>
    /// <exception cref="FetchProblem">It is too long, or encoded in a way that nobody asked for.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, long limit, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > limit)
            throw TooLong(limit);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var encodings = response.Content.Headers.ContentEncoding.Where(e => !e.Equals("identity", StringComparison.OrdinalIgnoreCase)).ToList();
        if (encodings.Count == 0)
            return await ReadAsync(body, response.Content.Headers.ContentLength, limit, cancellationToken);

        // Pictures are asked for as they are, being compressed already; some servers compress them again all the same.
        await using var expanded = Expand(encodings, body);
        try
        {
            return await ReadAsync(expanded, null, limit, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw FetchProblem.Lasting($"the server says that it is encoded as {encodings[0]}, which it is not.", e);
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="FetchProblem">It is too long.</exception>
    public static async Task<byte[]> ReadAsync(Stream body, long? announced, long limit, CancellationToken cancellationToken) =>
        await BoundedBody.ReadAsync(body, announced, limit, cancellationToken) ?? throw TooLong(limit);

    private static Stream Expand(List<string> encodings, Stream body) => encodings is [var one]
        ? one.ToUpperInvariant() switch
        {
            "GZIP" or "X-GZIP" => new GZipStream(body, CompressionMode.Decompress),
            "DEFLATE" => new ZLibStream(body, CompressionMode.Decompress),
            "BR" => new BrotliStream(body, CompressionMode.Decompress),
            _ => throw Unasked(one),
        }
        : throw Unasked(string.Join(", ", encodings));

    private static FetchProblem Unasked(string encoding) =>
        FetchProblem.Lasting($"the server sent it encoded as '{ServerText.Line(encoding, 60)}', which nobody asked for.");

    private static FetchProblem TooLong(long limit) =>
        FetchProblem.Lasting($"it has more than {limit:N0} bytes. Allow more by 'size' of 'images' in the definition, or deliver a smaller one.");
}
