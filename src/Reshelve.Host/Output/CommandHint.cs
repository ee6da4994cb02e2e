using System.Text;

namespace Reshelve.Host.Output;

/// <summary>Commands that the program suggests: they work when pasted where the program was started.</summary>
/// <param name="program">How the program was called.</param>
/// <param name="workspace">The workspace as it was given; null when it is the current folder.</param>
internal sealed class CommandHint(string program, string? workspace)
{
    /// <summary>The hint for this process.</summary>
    public static CommandHint OfProcess(string? workspace) =>
        new(Environment.GetEnvironmentVariable("RESHELVE_COMMAND") is { Length: > 0 } command ? command : "reshelve", workspace);

    /// <summary>The same program on another workspace.</summary>
    public CommandHint In(string? otherWorkspace) => new(program, otherWorkspace);

    /// <summary>A whole command line.</summary>
    public string For(params string[] arguments)
    {
        IEnumerable<string> words = workspace is null ? [program, .. arguments] : [program, .. arguments, "--workspace", workspace];
        return string.Join(' ', words.Select(Quoted));
    }

    /// <summary>
    /// A message of the core, which knows neither how the program was called nor where: the commands of <c>reshelve</c> that it quotes
    /// become ones that work when pasted.
    /// </summary>
    public string Within(string message)
    {
        const string name = "reshelve ";
        if (workspace is null && program == "reshelve")
            return message;
        var text = new StringBuilder();
        var copied = 0;
        for (var at = message.IndexOf(name, StringComparison.Ordinal); at >= 0; at = message.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if (at <= copied || message[at - 1] is not ('`' or '\'') || message.IndexOf(message[at - 1], at) is not (> 0 and var end))
                continue;
            var words = message[(at + name.Length)..end].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            text.Append(message, copied, at - copied).Append(For(words));
            copied = end;
        }

        return text.Append(message, copied, message.Length - copied).ToString();
    }

    private static string Quoted(string word)
    {
        // A placeholder is for people, who see that it is one.
        if (word.StartsWith('<') && word.EndsWith('>'))
            return word;
        var plain = word.Length > 0;
        foreach (var character in word)
            plain &= char.IsAsciiLetterOrDigit(character) || "-_./:=,@%+~".Contains(character);
        return plain ? word : $"'{word.Replace("'", "'\\''")}'";
    }
}
