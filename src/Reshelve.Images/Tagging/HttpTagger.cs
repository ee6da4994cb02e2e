using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Feeds;

namespace Reshelve.Images.Tagging;

/// <summary>One's own model behind a URL, by the contract of docs/taggers.md.</summary>
internal sealed class HttpTagger : ITagger, IDisposable
{
    /// <summary>Bytes of pictures in one request; a larger picture goes alone.</summary>
    private const long BytesPerRequest = 16 << 20;

    private readonly TaggerEndpoint _endpoint;
    private readonly TaggerSettings _settings;
    private readonly TagRules _rules;

    /// <summary>Whether it tagged anything since it was made. Before that, a refusal may be of all that it is sent.</summary>
    private volatile bool _works;

    private volatile bool _refusesAll;

    /// <param name="settings">How it is called; has an address.</param>
    /// <param name="key">The secret it is called with.</param>
    /// <param name="time">The clock.</param>
    public HttpTagger(TaggerSettings settings, TaggerKey key, TimeProvider time)
    {
        _settings = settings;
        _rules = new TagRules(settings);
        _endpoint = new TaggerEndpoint(settings.Url!, settings, key, time);
        // Nothing but its address tells one model from another; a query may be what chooses it, but may hold a secret too.
        var query = settings.Url!.Query.Length == 0 ? "" : $"?{new TagRules(new TaggerSettings()).Hash(settings.Url.Query)}";
        Name = "http:" + settings.Url.GetComponents(UriComponents.HostAndPort | UriComponents.Path, UriFormat.UriEscaped) + query;
        Version = _rules.AreDefault ? settings.Version : $"{settings.Version}:{_rules.Hash()}";
        BatchSize = Math.Clamp(settings.Batch, 1, 1000);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TagResult>> TagAsync(IReadOnlyList<TaggerPicture> pictures, CancellationToken cancellationToken)
    {
        var results = new TagResult[pictures.Count];
        await _endpoint.InPlaceAsync(token => TagAllAsync(pictures, results, token), cancellationToken);
        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _endpoint.Dispose();

    private async Task TagAllAsync(IReadOnlyList<TaggerPicture> pictures, TagResult[] results, CancellationToken cancellationToken)
    {
        var loaded = new List<LoadedPicture>();
        var bytes = 0L;
        for (var i = 0; i < pictures.Count; i++)
        {
            var (picture, failure) = await LoadedPicture.LoadAsync(i, pictures[i], cancellationToken);
            if (picture is null)
            {
                results[i] = failure!;
                continue;
            }

            if (loaded.Count > 0 && bytes + picture.Bytes.Length > BytesPerRequest)
            {
                await SendAsync(loaded, results, cancellationToken);
                loaded.Clear();
                bytes = 0;
            }

            loaded.Add(picture);
            bytes += picture.Bytes.Length;
        }

        if (loaded.Count > 0)
            await SendAsync(loaded, results, cancellationToken);
    }

    private async Task SendAsync(List<LoadedPicture> pictures, TagResult[] results, CancellationToken cancellationToken)
    {
        if (!await TrySendAsync(pictures, results, cancellationToken) && !_works)
            _refusesAll = true;
    }

    /// <summary>Sends pictures; where they are refused, halves of them, so that one picture costs no other its tags.</summary>
    /// <returns>Whether the tagger answered for any of them.</returns>
    private async Task<bool> TrySendAsync(List<LoadedPicture> pictures, TagResult[] results, CancellationToken cancellationToken)
    {
        TaggerProblem problem;
        try
        {
            var body = HttpTaggerContract.Write(pictures, _settings.Tags);
            var answer = await _endpoint.PostAsync(body, bytes => HttpTaggerContract.Read(bytes, pictures, _rules, _endpoint.Shown), cancellationToken);
            for (var i = 0; i < pictures.Count; i++)
                results[pictures[i].Index] = answer[i];
            _works |= answer.Any(a => a.Tags is not null);
            _refusesAll = false;
            return true;
        }
        catch (TaggerProblem e)
        {
            problem = e;
        }

        if (problem.IsRefusal && pictures.Count > 1 && !_refusesAll)
        {
            var half = pictures.Count / 2;
            var first = await TrySendAsync(pictures[..half], results, cancellationToken);
            return await TrySendAsync(pictures[half..], results, cancellationToken) | first;
        }

        // Only of a tagger that is known to work can it be believed that the picture is to blame, and not how it is called.
        var isLasting = problem.IsRefusal && _works && pictures.Count == 1;
        foreach (var picture in pictures)
            results[picture.Index] = new TagResult(null, problem.Message, !isLasting);
        return !problem.IsRefusal;
    }
}
