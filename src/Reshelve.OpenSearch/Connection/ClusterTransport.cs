using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;

namespace Reshelve.OpenSearch.Connection;

/// <summary>
/// Sends a request to one node. Connections are kept and shared. No proxy is used, whatever the environment names: a cluster is where 'urls' says. Redirects are not followed, as they
/// would carry the secret elsewhere.
/// </summary>
internal sealed class ClusterTransport : IDisposable
{
    private static readonly ProductInfoHeaderValue Agent = new("reshelve", "1");
    private readonly HttpMessageInvoker _client;
    private readonly TimeProvider _time;

    public ClusterTransport(CertificateTrust trust, TimeProvider time)
    {
        _time = time;
        _client = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.GZip,
                ConnectTimeout = TimeSpan.FromSeconds(15),
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
                MaxResponseHeadersLength = 64,
                SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = trust.Validate },
            },
            disposeHandler: true);
    }

    /// <summary>Sends it and reads the answer.</summary>
    /// <exception cref="HttpRequestException">The node cannot be reached, or broke off.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    /// <exception cref="CertificateRefusedException">It showed a certificate that is not trusted.</exception>
    public async Task<ServerAnswer> SendAsync(
        Uri node, ClusterRequest request, AuthenticationHeaderValue? credentials, TimeSpan timeout, bool compress, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var message = Message(node, request, credentials, compress);
        try
        {
            using var response = await _client.SendAsync(message, either.Token);
            // An answer to HEAD names the length of what it does not bring.
            var body = request.Method == HttpMethod.Head ? [] : await BoundedAnswer.ReadAsync(response.Content, request.MaxAnswer, either.Token);
            return new ServerAnswer((int)response.StatusCode, body, node) { RetryAfter = RetryAfter(response.Headers.RetryAfter) };
        }
        catch (HttpRequestException error) when (CertificateIn(error) is { } refused)
        {
            throw new CertificateRefusedException(refused.Message);
        }
        catch (Exception error) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested && error is not CertificateRefusedException)
        {
            throw new TimeoutException($"it did not answer within {timeout.TotalSeconds:0.#} s", error);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            // While the answer was read; a wrong checksum of a compressed one also means that bytes were lost.
            throw new HttpRequestException(HttpRequestError.ResponseEnded, error.Message, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Message(Uri node, ClusterRequest request, AuthenticationHeaderValue? credentials, bool compress)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(node.AbsoluteUri + request.Path[1..])) { Version = HttpVersion.Version11 };
        message.Headers.Authorization = credentials;
        message.Headers.UserAgent.Add(Agent);
        if (!request.Body.IsEmpty)
            message.Content = new BodyContent(request.Body, request.ContentType, compress);
        return message;
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - _time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static CertificateRefusedException? CertificateIn(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is CertificateRefusedException refused)
                return refused;
        }

        return null;
    }
}
