using System.Net;
using System.Net.Http.Headers;

namespace Reshelve.Images.Fetching;

/// <summary>Makes the HTTP clients that pictures are fetched with.</summary>
internal static class PictureClient
{
    private static readonly ProductInfoHeaderValue Agent = new("Reshelve", typeof(PictureClient).Assembly.GetName().Version?.ToString(2));

    /// <summary>Makes a client. It does nothing by itself: no redirects, cookies, credentials, decompression, proxy or tracing.</summary>
    public static HttpMessageInvoker Create(GuardedConnector connector) => new(
        new SocketsHttpHandler
        {
            ConnectCallback = connector.ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AllowAutoRedirect = false,
            UseCookies = false,
            PreAuthenticate = false,
            AutomaticDecompression = DecompressionMethods.None,
            // A proxy would resolve names itself and connect to wherever they lead, past the check of the addresses.
            UseProxy = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            // What is not read to its end costs a connection rather than the time to read it.
            MaxResponseDrainSize = 64 << 10,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            // Names may come to mean another address.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        },
        disposeHandler: true);

    /// <summary>Says who asks, and for what.</summary>
    public static void Introduce(HttpRequestHeaders headers)
    {
        headers.UserAgent.Add(Agent);
        headers.TryAddWithoutValidation("Accept", "image/*, */*;q=0.5");
        headers.TryAddWithoutValidation("Accept-Encoding", "identity");
    }
}
