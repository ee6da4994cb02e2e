using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Feeds;

namespace Reshelve.Images.Tagging;

/// <summary>Makes the tagger that a definition asks for.</summary>
public static class Taggers
{
    /// <summary>Makes the tagger; null where none is wanted. Nothing is called yet.</summary>
    /// <param name="settings">Which, and how it is called.</param>
    /// <param name="time">The clock.</param>
    /// <param name="environment">Gives the value of an environment variable, or null.</param>
    /// <param name="visual">Makes the built-in one.</param>
    /// <exception cref="ReshelveException">Its address or its model is missing, or its key.</exception>
    public static ITagger? Create(
        TaggerSettings settings, TimeProvider time, Func<string, string?> environment, Func<TaggerSettings, ITagger> visual)
    {
        switch (settings.Kind)
        {
            case TaggerKind.None:
                return null;
            case TaggerKind.Visual:
                return visual(settings);
            case TaggerKind.Http:
                Check(settings, "http");
                return new HttpTagger(settings, TaggerKey.Read(settings, environment), time);
            case TaggerKind.OpenAi:
                Check(settings, "openai");
                if (string.IsNullOrWhiteSpace(settings.Model))
                    throw new ReshelveException("The tagger 'openai' needs the name of a model: set images.tagger.model.");
                return new OpenAiTagger(settings, TaggerKey.Read(settings, environment), time);
            default:
                throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "There is no such tagger.");
        }
    }

    private static void Check(TaggerSettings settings, string kind)
    {
        if (settings.Url is not { IsAbsoluteUri: true } url || !SafeAddress.IsHttp(url))
            throw new ReshelveException($"The tagger '{kind}' needs an address: set images.tagger.url, beginning with https:// or http://.");
        if (settings.Timeout <= TimeSpan.Zero || settings.Timeout > TimeSpan.FromDays(1))
            throw new ReshelveException($"images.tagger.timeout is {settings.Timeout}: set more than 0 and at most a day, for example 60s.");
    }
}
