using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Reshelve.Feeds;

/// <summary>
/// Sends one GET and follows redirects, which the platform's own following would do without these rules: never from https to
/// http, and the definition's headers (credentials, as a rule) go to the definition's scheme, host and port only.
/// </summary>
internal sealed class HttpExchange
{
    private const int MaxRedirects = 10;

    private static readonly string? Version = typeof(HttpExchange).Assembly.GetName().Version?.ToString(2);

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    public HttpExchange(
        HttpClient http, Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, TimeSpan timeout, TimeProvider time)
    {
        _http = http;
        _address = new UriBuilder(address) { UserName = "", Password = "", Fragment = "" }.Uri;
        _timeout = timeout;
        _time = time;
        var named = headers.Any(h => h.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase));
        _headers = address.UserInfo.Length == 0 || named ? headers : [.. headers, new("Authorization", Basic(address.UserInfo))];
    }

    /// <summary>Sends the request; the response's headers have come, its body is still to be read.</summary>
    /// <exception cref="TransferException">
    /// No answer came: the host is not known or not reached, the connection broke, the time was up.
    /// </exception>
    /// <exception cref="FeedUnavailableException">The redirects lead nowhere, or where they must not.</exception>
    public async Task<HttpResponseMessage> GetAsync(Action<HttpRequestHeaders> condition, CancellationToken cancellationToken)
    {
        var address = _address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = Request(address, condition);
            var response = await SendAsync(request, cancellationToken);
            if (!IsRedirect(response.StatusCode))
                return response;
            using (response)
                address = Next(address, response, redirects);
        }
    }

    private HttpRequestMessage Request(Uri address, Action<HttpRequestHeaders> condition)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        var home = SafeAddress.SameOrigin(address, _address);
        foreach (var (name, value) in _headers.Where(h => home || RequestHeaders.MayTravel(h.Key)))
            request.Headers.TryAddWithoutValidation(name, value);
        if (!request.Headers.Contains("User-Agent"))
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Reshelve", Version));
        // gzip may be asked for because the spool takes it as it comes and the reader knows it by its first bytes. Not for what
        // is compressed already: compressing it twice is a favourite mistake of servers.
        var encoding = IsCompressed(address) ? "identity" : "gzip";
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        condition(request.Headers);
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = new Patience(_timeout, _time, cancellationToken);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransferException($"the server did not answer within {_timeout.TotalSeconds:0.###} s.", e)
            {
                Remedy = "Ask whoever runs it, or set a longer source.timeout.",
            };
        }
        catch (HttpRequestException e)
        {
            var problem = e.GetBaseException().Message.TrimEnd('.') + ".";
            throw new TransferException(problem, e) { Remedy = ConnectRemedy(e.HttpRequestError) };
        }
    }

    private static string ConnectRemedy(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "Check the host name in source.url and this machine's name server.",
        HttpRequestError.SecureConnectionError =>
            "Check the server's certificate, this machine's list of trusted authorities, and its clock.",
        HttpRequestError.ProxyTunnelError => "Check the proxy (HTTPS_PROXY, NO_PROXY).",
        _ => "Check that the server runs and that this machine can reach it (network, firewall, proxy).",
    };

    private Uri Next(Uri address, HttpResponseMessage response, int redirects)
    {
        if (redirects == MaxRedirects)
        {
            throw Misled(
                $"redirects more than {MaxRedirects} times, last to {SafeAddress.Of(address)}",
                "Ask whoever runs the server, or name the final address");
        }

        if (response.Headers.Location is not { } location || !Uri.TryCreate(address, location, out var next))
            throw Misled($"redirects ({(int)response.StatusCode}) without saying where to", "Ask whoever runs the server");
        if (!SafeAddress.IsHttp(next))
            throw Misled($"redirects to '{next.Scheme}:', which is neither http nor https", "Name the feed's own address");
        if (address.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp)
        {
            throw Misled(
                $"redirects from https to {SafeAddress.Of(next)}, which anyone on the way could read and change",
                "Ask for an https address of the feed, or, if that is acceptable, name the http address itself");
        }

        return new UriBuilder(next) { UserName = "", Password = "", Fragment = "" }.Uri;
    }

    private FeedUnavailableException Misled(string what, string remedy) =>
        new($"The feed at {SafeAddress.Of(_address)} could not be had: the server {what}. {remedy} in source.url.");

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static bool IsCompressed(Uri address) =>
        Path.GetExtension(address.AbsolutePath).ToUpperInvariant()
            is ".GZ" or ".TGZ" or ".ZIP" or ".BZ2" or ".XZ" or ".ZST" or ".7Z";

    private static string Basic(string userInfo) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(userInfo)));
}
