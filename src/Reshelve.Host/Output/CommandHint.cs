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
