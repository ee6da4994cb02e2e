using System.Net.Http.Headers;
using System.Text;
using Reshelve.Catalogs;

namespace Reshelve.Images.Tagging;

/// <summary>The secret that a tagger is called with. It is never part of a message.</summary>
internal sealed class TaggerKey
{
    private readonly AuthenticationHeaderValue? _header;
    private readonly string? _secret;

    private TaggerKey(AuthenticationHeaderValue? header, string? secret)
    {
        _header = header;
        _secret = secret;
    }

    /// <summary>Why there is none although the definition names one; the tagger cannot be called until then.</summary>
    public string? Problem { get; private init; }

    /// <summary>Reads it from the environment variable that the definition names, or else takes the user of the URL.</summary>
    public static TaggerKey Read(TaggerSettings settings, Func<string, string?> environment)
    {
        if (settings.KeyFrom is not { Length: > 0 } name)
        {
            return settings.Url!.UserInfo is not { Length: > 0 } user
                ? new TaggerKey(null, null)
                : new TaggerKey(new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user)))), user);
        }

        if (environment(name)?.Trim() is not { Length: > 0 } key)
        {
            return Missing(
                $"The tagger's key is to come from the environment variable {name}, which is not set or empty. Set it for the process that runs reshelve.");
        }

        if (key.Any(c => c is <= ' ' or > '~'))
        {
            return Missing(
                $"The environment variable {name} holds a space, a line break or another character that a tagger's key cannot have. Correct it.");
        }

        return new TaggerKey(new("Bearer", key), key);
    }

    private static TaggerKey Missing(string problem) => new(null, null) { Problem = problem };

    /// <summary>Adds it to a request.</summary>
    public void AddTo(HttpRequestHeaders headers) => headers.Authorization = _header;

    /// <summary>A text in which the key does not stand.</summary>
    public string Mask(string text) => _secret is null ? text : text.Replace(_secret, "***", StringComparison.Ordinal);
}
