using Reshelve.Running;

namespace Reshelve.Host.Output;

/// <summary>Shows progress while runs last, in the way that suits the output. Quick runs show none.</summary>
internal sealed class ProgressDisplay : IAsyncDisposable
{
    // Loading the bars takes longer than most small runs.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _over = new();
    private readonly Task _showing;

    private ProgressDisplay(ProgressBoard? board, Terminal terminal, TimeProvider time)
    {
        Board = board;
        _showing = board is null ? Task.CompletedTask : ShowAsync(board, terminal, time, _over.Token);
    }

    /// <summary>What runs report to; null when nobody looks.</summary>
    public ProgressBoard? Board { get; }

    /// <summary>A display that runs report to from now on.</summary>
    public static ProgressDisplay Begin(Terminal terminal, TimeProvider time) => new(new ProgressBoard(time), terminal, time);

    /// <summary>No display.</summary>
    public static ProgressDisplay None(Terminal terminal, TimeProvider time) => new(null, terminal, time);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _showing;
        _over.Dispose();
    }

    private static async Task ShowAsync(ProgressBoard board, Terminal terminal, TimeProvider time, CancellationToken over)
    {
        try
        {
            await Task.Delay(Patience, time, over).ConfigureAwait(false);
            await (terminal.Live ? new ProgressBars(board, terminal, time).ShowAsync(over) : new ProgressLines(board, terminal, time).ShowAsync(over));
        }
        catch (OperationCanceledException)
        {
            // The runs are over.
        }
        catch (Exception error)
        {
            // A terminal that is gone or strange must not end the runs, nor keep their reports from being written.
            Failure.WriteTrace(error, terminal);
        }
    }
}
