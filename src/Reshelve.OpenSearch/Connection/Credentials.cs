using System.Net.Http.Headers;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>Who we are to the cluster: a user and password, an API key, or nobody. Thread-safe.</summary>
internal sealed class Credentials
{
    private readonly Secret? _password;
    private readonly Secret? _apiKey;
    private readonly string? _user;
    private volatile AuthenticationHeaderValue? _header;

    public Credentials(ClusterSettings settings, string workspaceFolder)
    {
        _user = settings.User;
        _password = settings.Password is { } password ? new Secret(password, "password", workspaceFolder) : null;
        _apiKey = settings.ApiKey is { } key ? new Secret(key, "api key", workspaceFolder) : null;
    }

    /// <summary>What a request bears; null for nothing. Read once, until <see cref="HaveChanged"/>.</summary>
    /// <exception cref="ReshelveException">The secret is not where the settings say, or is none.</exception>
    public AuthenticationHeaderValue? Header => _header ??= Read();

    /// <summary>Reads the secret again, which may have been exchanged since, and says whether another was found.</summary>
    /// <param name="refused">What the cluster refused.</param>
    public bool HaveChanged(AuthenticationHeaderValue? refused)
    {
        _header = Read();
        return !Equals(_header, refused);
    }

    /// <summary>Who is not let in, and where what we showed comes from; nothing of the secret.</summary>
    public override string ToString() => this switch
    {
        { _apiKey: { } key } => $"the API key in {key}",
        { _user: { } user, _password: { } password } => $"the user '{user}' with the password in {password}",
        { _user: { } user } => $"the user '{user}' without a password",
        _ => "a request without user or API key",
    };

    private AuthenticationHeaderValue? Read()
    {
        if (_apiKey is not null)
            return new AuthenticationHeaderValue("ApiKey", CheckedKey(_apiKey.Read()));
        if (_user is null)
            return null;
        var text = $"{_user}:{_password?.Read()}";
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
    }

    // A header with other characters is refused by the HTTP client, in words that have the secret in them.
    private string CheckedKey(string key) => key.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or '-' or '_')
        ? key
        : throw new ReshelveException(
            $"What is in {_apiKey} is no API key: it has characters that base64 has not. Put the text there that the server calls 'encoded', which is base64 of id:key.");
}
