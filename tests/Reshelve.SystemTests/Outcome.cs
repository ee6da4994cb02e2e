using System.Text.Json;
using System.Text.RegularExpressions;

namespace Reshelve.SystemTests;

/// <summary>What an invocation ended with.</summary>
internal sealed record Outcome(int ExitCode, string Out, string Error, TimeSpan Elapsed)
{
    /// <summary>The output's lines as JSON; the program promises that each is one object.</summary>
    public IReadOnlyList<JsonElement> Lines =>
        [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The only line.</summary>
    public JsonElement Json => Lines.ShouldHaveSingleItem();

    /// <summary>Fails with what the program wrote, unless it ended as expected.</summary>
    public Outcome ShouldEndWith(int exitCode)
    {
        ExitCode.ShouldBe(exitCode, $"It wrote:\n{Shortened(Out)}\n{Shortened(Error)}");
        return this;
    }

    /// <summary>No error may show the program's insides.</summary>
    public void ShouldShowNoStackTrace()
    {
        var trace = new Regex(@"^\s+at \S+\(.*\)", RegexOptions.Multiline, TimeSpan.FromSeconds(5));
        trace.IsMatch(Out + "\n" + Error).ShouldBeFalse($"There is a stack trace in:\n{Shortened(Out)}\n{Shortened(Error)}");
        (Out + Error).ShouldNotContain("Something unexpected happened");
        (Out + Error).ShouldNotContain("unexpected: ");
    }

    private static string Shortened(string text) => text.Length <= 4_000 ? text : text[..4_000] + "…";
}
