using System.Text;

namespace Reshelve.Host.Output;

/// <summary>Where the program writes, and what may be written there.</summary>
internal sealed class Terminal
{
    /// <summary>Results: what a pipe gets.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress, warnings and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Columns of the terminal that <see cref="Out"/> is; null when it is none, and lines may have any length.</summary>
    public int? Width { get; init; }

    /// <summary>Columns of the terminal that <see cref="Error"/> is.</summary>
    public int? ErrorWidth { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal that can redraw lines.</summary>
    public bool Live { get; init; }

    /// <summary>Whether results may be coloured.</summary>
    public bool Color { get; init; }

    /// <summary>Whether errors may be coloured.</summary>
    public bool ErrorColor { get; init; }

    /// <summary>The console of this process. Results are buffered: flush them at the end.</summary>
    public static Terminal OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        var color = !dumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new Terminal
        {
            Out = new StreamWriter(Console.OpenStandardOutput(), utf8, bufferSize: 16 << 10),
            Error = new StreamWriter(Console.OpenStandardError(), utf8, bufferSize: 1 << 10) { AutoFlush = true },
            Width = Console.IsOutputRedirected ? null : WindowWidth(),
            ErrorWidth = Console.IsErrorRedirected ? null : WindowWidth(),
            Live = !dumb && !Console.IsErrorRedirected,
            Color = color && !Console.IsOutputRedirected,
            ErrorColor = color && !Console.IsErrorRedirected,
        };
    }

    /// <summary>Text that stands out.</summary>
    public string Bold(string text) => Styled("1", text);

    /// <summary>Text of less weight.</summary>
    public string Dim(string text) => Styled("2", text);

    /// <summary>Good news.</summary>
    public string Good(string text) => Styled("32", text);

    /// <summary>News that someone should look at.</summary>
    public string Warning(string text) => Styled("33", text);

    /// <summary>Bad news.</summary>
    public string Bad(string text) => Styled("31", text);

    /// <summary>Writes an error for a person.</summary>
    public void WriteError(string message)
    {
        FlushQuietly();
        Error.WriteLine($"{(ErrorColor ? "\e[31merror:\e[0m" : "error:")} {Printable.Text(message)}");
    }

    /// <summary>Flushes results where a failure to do so has been told already, or cannot be.</summary>
    public void FlushQuietly()
    {
        try
        {
            Out.Flush();
        }
        catch (IOException)
        {
            // The reader is gone or the disk is full.
        }
    }

    private string Styled(string code, string text) => Color ? $"\e[{code}m{text}\e[0m" : text;

    private static int? WindowWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : null;
        }
        catch (IOException)
        {
            // Not every terminal tells.
            return null;
        }
    }
}
