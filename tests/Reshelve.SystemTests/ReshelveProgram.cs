using System.Diagnostics;
using System.Globalization;
using System.Text;
using Reshelve.Tests;

namespace Reshelve.SystemTests;

/// <summary>The real program, as it was built beside the tests.</summary>
internal static class ReshelveProgram
{
    /// <summary>Far above what any test needs, also on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The repository.</summary>
    public static string Root { get; } = Repository.Folder;

    /// <summary>The program's file.</summary>
    public static string File { get; } = Path.Combine(Root, "src", "Reshelve.Host", "bin", Configuration, "net10.0", "reshelve");

    private static string Configuration => Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;

    /// <summary>Runs it to its end.</summary>
    public static async Task<Outcome> RunAsync(string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        using var running = Start(folder, arguments, environment);
        return await running.WaitAsync();
    }

    /// <summary>Starts it.</summary>
    public static RunningProgram Start(string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? file = null)
    {
        var start = new ProcessStartInfo(file ?? File, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
        };
        // What the developer's shell has set must not change what is tested.
        foreach (var name in new[] { "NO_COLOR", "RESHELVE_TRACE", "RESHELVE_COMMAND" })
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        return new RunningProgram(Process.Start(start)!, Patience);
    }
}

/// <summary>The program while it runs.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;
    private readonly TimeSpan _patience;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Task<string> _out;
    private readonly Task<string> _error;

    public RunningProgram(Process process, TimeSpan patience)
    {
        (_process, _patience) = (process, patience);
        process.StandardInput.Close();
        _out = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Sends a signal by its name, as <c>kill</c> has it.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end; one that does not come is a failure.</summary>
    public async Task<Outcome> WaitAsync()
    {
        using var timeout = new CancellationTokenSource(_patience);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException timedOut)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The program did not end within {_patience}. It wrote:\n{await _out}\n{await _error}", timedOut);
        }

        var outcome = new Outcome(_process.ExitCode, await _out, await _error, _clock.Elapsed);
        outcome.ShouldShowNoStackTrace();
        return outcome;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
