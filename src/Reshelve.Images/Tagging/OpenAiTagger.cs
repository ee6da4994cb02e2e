using Reshelve.Catalogs;
using Reshelve.Enriching;

namespace Reshelve.Images.Tagging;

/// <summary>
/// A vision model behind an OpenAI-compatible endpoint (vLLM, Ollama, llama.cpp, …). Pictures are sent as they are, whatever their
/// format: which ones it can read is the endpoint's to say.
/// </summary>
internal sealed class OpenAiTagger : ITagger, IDisposable
{
    /// <summary>Grows when the same prompt would be put or read in another way.</summary>
    private const string Revision = "1";

    private readonly TaggerEndpoint _endpoint;
    private readonly OpenAiRequest _request;
    private readonly TagRules _rules;

    /// <summary>Members of the request that this endpoint does not take.</summary>
    private volatile OpenAiOptions _without;

    /// <summary>Whether it tagged anything since it was made.</summary>
    private volatile bool _works;

    /// <param name="settings">How it is called; has an address and a model.</param>
    /// <param name="key">The secret it is called with.</param>
    /// <param name="time">The clock.</param>
    public OpenAiTagger(TaggerSettings settings, TaggerKey key, TimeProvider time)
    {
        _rules = new TagRules(settings);
        _request = new OpenAiRequest(settings);
        _endpoint = new TaggerEndpoint(Address(settings.Url!), settings, key, time);
        Version = $"{settings.Version}:{_rules.Hash(Revision, settings.Model!, _request.Prompt)}";
    }

    /// <inheritdoc/>
    public string Name => "openai";

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public int BatchSize => 1;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TagResult>> TagAsync(IReadOnlyList<TaggerPicture> pictures, CancellationToken cancellationToken)
    {
        var results = new TagResult[pictures.Count];
        for (var i = 0; i < pictures.Count; i++)
        {
            var index = i;
            await _endpoint.InPlaceAsync(async token => results[index] = await TagAsync(pictures[index], token), cancellationToken);
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _endpoint.Dispose();

    private async Task<TagResult> TagAsync(TaggerPicture picture, CancellationToken cancellationToken)
    {
        var (loaded, failure) = await LoadedPicture.LoadAsync(0, picture, cancellationToken);
        if (loaded is null)
            return failure!;
        while (true)
        {
            var without = _without;
            try
            {
                var body = _request.Write(loaded, without);
                var said = await _endpoint.PostAsync(body, bytes => OpenAiAnswer.Read(bytes, _endpoint.Shown), cancellationToken);
                _works = true;
                return said.Tags is { } tags ? new TagResult(_rules.Apply(tags)) : new TagResult(null, said.Error, said.IsTransient);
            }
            catch (TaggerProblem problem) when (problem.IsRefusal && OpenAiRequest.Blamed(problem.Words, without) is var blamed and not OpenAiOptions.None)
            {
                // Endpoints differ in what they take: without it they answer as well, only less strictly.
                _without = without | blamed;
            }
            catch (TaggerProblem problem)
            {
                // Only of a tagger that is known to work can it be believed that the picture is to blame, and not how it is called.
                return new TagResult(null, problem.Message, IsTransient: !(problem.IsRefusal && _works));
            }
        }
    }

    private static Uri Address(Uri url)
    {
        const string Completions = "/chat/completions";
        var path = url.AbsolutePath.TrimEnd('/');
        return path.EndsWith(Completions, StringComparison.Ordinal) ? url : new UriBuilder(url) { Path = path + Completions }.Uri;
    }
}
