using System.Text;
using Reshelve.Host.Output;

namespace Reshelve.Tests.Host;

/// <summary>A terminal whose output is kept.</summary>
internal sealed class CapturedTerminal
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    public CapturedTerminal(bool color = false, int? width = null) => Terminal = new Terminal
    {
        Out = new StringWriter(_out) { NewLine = "\n" },
        Error = new StringWriter(_error) { NewLine = "\n" },
        Color = color,
        ErrorColor = color,
        Width = width,
    };

    public Terminal Terminal { get; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();
}
