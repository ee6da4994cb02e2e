using System.Runtime.InteropServices;
using Reshelve.Host.Output;

namespace Reshelve.Host;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks the runs to stop between two batches, the second ends the process at once (which loses
/// nothing
/// either: the next run carries on from what was acknowledged).
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Terminal _terminal;
    private readonly bool _json;
    private int _exitCode;

    private StopSignal(Terminal terminal, bool json)
    {
        _terminal = terminal;
        _json = json;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stopping.Token;

    /// <summary>The exit code that the signal asks for; null when there was none.</summary>
    public int? ExitCode => Volatile.Read(ref _exitCode) is not 0 and var code ? code : null;

    /// <summary>Takes signals from now on until it is disposed.</summary>
    public static StopSignal Listen(Terminal terminal, bool json) => new(terminal, json);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stopping.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        var code = context.Signal == PosixSignal.SIGINT ? ExitCodes.Interrupted : ExitCodes.Terminated;
        if (Interlocked.CompareExchange(ref _exitCode, code, 0) != 0)
        {
            // Left alone, the second signal does what signals do: it ends the process. The bars had hidden the cursor.
            if (_terminal.Live && !_json)
                _terminal.Error.Write("\e[?25h");
            return;
        }

        context.Cancel = true;
        if (!_json)
            _terminal.Error.WriteLine("Stopping after the current batch; once more ends at once.");
        try
        {
            _stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The runs ended in this moment.
        }
    }
}
