using Spectre.Console;
using Spectre.Console.Rendering;

namespace Reshelve.Host.Output;

/// <summary>
/// Progress on a terminal: a live bar per catalog. The only user of Spectre.Console, which takes a while to load.
/// </summary>
internal sealed class ProgressBars(ProgressBoard board, Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Shows bars until it is cancelled, and then takes them away: the reports follow.</summary>
    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(terminal.Error),
            Ansi = AnsiSupport.Yes,
            ColorSystem = terminal.ErrorColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
        });
        if (terminal.ErrorWidth is { } width)
            console.Profile.Width = width;
        await console.Progress().AutoClear(true).AutoRefresh(false).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PaceColumn(board))
            .StartAsync(context => UpdateAsync(context, cancellationToken));
    }

    private async Task UpdateAsync(ProgressContext context, CancellationToken cancellationToken)
    {
        var tasks = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var catalog in board.Catalogs)
                    Update(context, tasks, catalog);
                context.Refresh();
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The runs are over.
        }
    }

    private static void Update(ProgressContext context, Dictionary<string, ProgressTask> tasks, CatalogProgress catalog)
    {
        if (!tasks.TryGetValue(catalog.Name, out var task))
            tasks[catalog.Name] = task = context.AddTask(Markup.Escape(Printable.Line(catalog.Name)));
        task.Description = $"{Markup.Escape(Printable.Line(catalog.Name))} {catalog.StageWord}";
        task.IsIndeterminate = catalog.Share is null && !catalog.Ended;
        task.Value = catalog.Ended ? 100 : 100 * (catalog.Share ?? 0);
    }

    /// <summary>Share, rate and remaining time, from the board: what Spectre computes itself knows nothing of stages.</summary>
    private sealed class PaceColumn(ProgressBoard board) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var catalog = board.Catalogs.FirstOrDefault(known => task.Description.StartsWith(Markup.Escape(Printable.Line(known.Name)) + " ", StringComparison.Ordinal));
            if (catalog is null || catalog.Ended)
                return Text.Empty;
            var (rate, remaining) = board.Pace(catalog);
            var share = catalog.Share is { } part ? $"{Math.Floor(part * 100),3} %" : "";
            return new Text(string.Join("  ", new[] { share, rate, remaining }.Where(text => text.Length > 0)));
        }
    }
}
