using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>A secret, read from where it is kept. Its text is in no message, and <see cref="ToString"/> only says where it is.</summary>
/// <param name="place">Where it is kept.</param>
/// <param name="key">What it is called in the settings, such as <c>password</c>.</param>
/// <param name="workspaceFolder">What a relative path is relative to.</param>
internal sealed class Secret(SecretPlace place, string key, string workspaceFolder)
{
    private string File => Path.GetFullPath(place.File!, workspaceFolder);

    /// <summary>Reads it, as it is now.</summary>
    /// <exception cref="ReshelveException">It is not there.</exception>
    public string Read()
    {
        var text = place.Variable is { } variable ? Environment.GetEnvironmentVariable(variable) : ReadFile();
        text = text?.TrimEnd('\r', '\n');
        return string.IsNullOrEmpty(text) ? throw new ReshelveException($"The cluster's {key} is missing: {this} is {Missing}. {Remedy}") : text;
    }

    /// <summary>Where it is kept.</summary>
    public override string ToString() =>
        place.Variable is not { } variable ? $"the file {File}"
        : IsUsual(variable) ? $"the environment variable {variable}"
        : $"the environment variable that '{key} from' names";

    /// <summary>A name in capitals is shown. Another may be the secret, put where its variable's name belongs.</summary>
    private static bool IsUsual(string variable) => !variable.Any(char.IsAsciiLetterLower);

    private string Missing => place.Variable is null ? "empty" : "not set, or empty";

    private string Remedy => place.Variable is null
        ? $"Write it there, or name another place by '{key}' under 'index' in reshelve.yaml."
        : $"Set it for this process, or name another place by '{key}' under 'index' in reshelve.yaml.";

    private string ReadFile()
    {
        try
        {
            return System.IO.File.ReadAllText(File);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ReshelveException($"The cluster's {key} cannot be read from {this}: {error.Message} {Remedy}", error);
        }
    }
}
