using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace Reshelve.OpenSearch.Connection;

/// <summary>
/// A body that is sent from where it lies, and can be sent again. Compressed, it is so on its way out: no second copy of it is held, and its length is not known beforehand.
/// </summary>
internal sealed class BodyContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly bool _compress;

    public BodyContent(ReadOnlyMemory<byte> body, string type, bool compress)
    {
        _body = body;
        _compress = compress;
        Headers.ContentType = new MediaTypeHeaderValue(type);
        if (compress)
            Headers.ContentEncoding.Add("gzip");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!_compress)
        {
            await stream.WriteAsync(_body, cancellationToken);
            return;
        }

        await using var zipped = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        await zipped.WriteAsync(_body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return !_compress;
    }
}
