using System.Net;
using System.Net.Http.Headers;
using Polly.CircuitBreaker;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Images.Calls;

namespace Reshelve.Images.Tagging;

/// <summary>
/// Calls a tagger: so many calls at a time and per second, each with a timeout, tried again when that may help, and none while its circuit
/// breaker is open. Its address is the operator's, so it may be any; redirects are not followed, as they would carry the key and the
/// pictures elsewhere.
/// </summary>
internal sealed class TaggerEndpoint : IDisposable
{
    /// <summary>How long a tagger that keeps failing is not called.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(30);

    /// <summary>A longer answer is refused.</summary>
    public const long MaxAnswer = 8 << 20;

    private const long MaxComplaint = 64 << 10;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>What is asked for beyond this is left to the next run.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromSeconds(60);

    private static readonly ProductInfoHeaderValue Agent = new("Reshelve", typeof(TaggerEndpoint).Assembly.GetName().Version?.ToString(2));

    private readonly Uri _address;
    private readonly TaggerSettings _settings;
    private readonly TaggerKey _key;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private readonly SemaphoreSlim _places;
    private readonly CallRate _rate;
    private readonly CircuitGuard _circuit;
    private volatile string? _lastFailure;

    /// <param name="address">What is posted to.</param>
    /// <param name="settings">How it is called.</param>
    /// <param name="key">The secret it is called with.</param>
    /// <param name="time">The clock.</param>
    public TaggerEndpoint(Uri address, TaggerSettings settings, TaggerKey key, TimeProvider time)
    {
        Shown = SafeAddress.Of(address);
        _address = new UriBuilder(address) { UserName = "", Password = "", Fragment = "" }.Uri;
        _settings = settings;
        _key = key;
        _time = time;
        _http = CreateClient();
        var places = Math.Max(1, settings.Concurrency);
        _places = new SemaphoreSlim(places);
        _rate = new CallRate(settings.Rate, time);
        _circuit = new CircuitGuard(Terms(settings, places), Counts, time);
    }

    /// <summary>Its address, for messages.</summary>
    public string Shown { get; }

    /// <summary>Does work that holds pictures in memory when there is a place for it.</summary>
    public async Task InPlaceAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            await work(cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Posts JSON and reads the answer.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="read">Understands the answer; throws a <see cref="TaggerProblem"/> for what is none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TaggerProblem">No answer was had.</exception>
    public async Task<T> PostAsync<T>(ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        // What is missing on this machine is owed like what is missing at the tagger's; the documents do not wait for it.
        if (_key.Problem is { } missing)
            throw new TaggerProblem(missing);
        for (var tries = 1; ; tries++)
        {
            TimeSpan wait;
            try
            {
                await _rate.WaitAsync(cancellationToken);
                return await _circuit.RunAsync(
                    static (call, token) => call.This.TryAsync(call.Body, call.Read, call.IsLast, token),
                    (This: this, Body: body, Read: read, IsLast: tries > _settings.Retries),
                    cancellationToken);
            }
            catch (BrokenCircuitException)
            {
                throw new TaggerProblem($"The tagger at {Shown} failed too often just now and is not called for {Break.TotalSeconds:0} s. The next run tries again.{(_lastFailure is { } last ? $" The last failure: {last}" : "")}");
            }
            catch (TaggerProblem problem)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (tries > _settings.Retries || !MayWait(problem))
                    throw;
                wait = problem.RetryAfter ?? Backoff.After(FirstWait, LongestWait, tries);
            }

            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    /// <summary>
    /// More failures than one picture's tries can make open it, so that a picture on which a model always breaks keeps no other from it; and it
    /// looks back far enough that timeouts alone open it.
    /// </summary>
    private static CircuitTerms Terms(TaggerSettings settings, int places)
    {
        var least = Math.Clamp(Math.Max(settings.Retries + 2, places), 3, 50);
        var rounds = ((least + places - 1) / places) + 1;
        return new CircuitTerms(least, TimeSpan.FromSeconds(Math.Min(rounds * (settings.Timeout + LongestWait).TotalSeconds, 86_400)), Break);
    }

    private bool Counts(Exception error)
    {
        if (error is not TaggerProblem { Counts: true } problem)
            return false;
        _lastFailure = problem.Message;
        return true;
    }

    private static bool MayWait(TaggerProblem problem) => problem.MayRetry && (problem.RetryAfter ?? TimeSpan.Zero) <= LongestAsked;

    private async ValueTask<T> TryAsync<T>(
        ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, T> read, bool isLast, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(_settings.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            using var message = Message(body);
            using var response = await _http.SendAsync(message, both.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw await RefusedAsync(response, both.Token);
            return read(await ReadAsync(response, both.Token));
        }
        catch (TaggerProblem problem) when (problem.MayRetry && (isLast || !MayWait(problem)))
        {
            // Being told to slow down does not speak against a tagger, unless it does not stop.
            problem.Counts = true;
            throw;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TaggerProblem.Passing($"The tagger at {Shown} did not answer within {_settings.Timeout.TotalSeconds:0.###} s. Set a longer timeout, or fewer pictures per call.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var said = ServerText.Line(e.GetBaseException().Message.TrimEnd('.'), 200);
            throw TaggerProblem.Passing($"The tagger at {Shown} could not be reached ({said}). Check that it runs, and its URL.", e);
        }
    }

    private HttpRequestMessage Message(ReadOnlyMemory<byte> body)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower, Content = new ReadOnlyMemoryContent(body),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.UserAgent.Add(Agent);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _key.AddTo(message.Headers);
        return message;
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await BoundedBody.ReadAsync(stream, response.Content.Headers.ContentLength, MaxAnswer, cancellationToken)
            ?? throw TaggerProblem.Passing($"The tagger at {Shown} answered with more than {MaxAnswer >> 20} MiB, which nobody asked for.");
    }

    private async Task<TaggerProblem> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        // Who is not let in is told about the key, parts of it included.
        var words = status is 401 or 403 ? "" : await WordsAsync(response, cancellationToken);
        var said = $"The tagger at {Shown} answered {ServerText.Status(response)}{(words.Length > 0 ? $": {words.TrimEnd('.')}." : ".")}{Remedy(status)}";
        var isRefusal = status is 400 or 413 or 415 or 422;
        var mayPass = status is 408 or 425 or 429 or >= 500;
        return new TaggerProblem(said)
        {
            IsRefusal = isRefusal,
            MayRetry = mayPass,
            Counts = !isRefusal && status != 429,
            RetryAfter = mayPass ? Backoff.Asked(response.Headers, _time.GetUtcNow()) : null,
            Words = words,
        };
    }

    private async Task<string> WordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = await BoundedBody.ReadAsync(stream, null, MaxComplaint, cancellationToken);
        return body is null ? "" : ServerText.Line(_key.Mask(Complaint.Read(body)), 300);
    }

    private static string Remedy(int status) => status switch
    {
        401 or 403 => " Check its key: 'key from' names the environment variable that holds it.",
        404 or 405 => " Check its URL, and the model's name.",
        >= 300 and < 400 => " Redirects are not followed, as they would carry the key elsewhere: set the address it leads to.",
        429 => " It is called too often: set a lower 'rate' or 'concurrency'.",
        _ => "",
    };

    private static HttpMessageInvoker CreateClient() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 64 << 10,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        },
        disposeHandler: true);
}
