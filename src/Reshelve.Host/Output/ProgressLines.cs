using Reshelve.Running;

namespace Reshelve.Host.Output;

/// <summary>Progress where nothing can be redrawn: a plain line per running catalog every few seconds.</summary>
internal sealed class ProgressLines(ProgressBoard board, Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Writes lines until it is cancelled.</summary>
    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var catalog in board.Catalogs)
            {
                if (!catalog.Ended)
                    await terminal.Error.WriteLineAsync(Line(catalog));
            }
        }
    }

    /// <summary>One catalog's line: <c>products: planning, 45 %, 1,200,000 records, 310,000/s, 12 s left</c>.</summary>
    public string Line(CatalogProgress catalog)
    {
        var (rate, remaining) = board.Pace(catalog);
        var share = catalog.Share is { } part ? $"{Math.Floor(part * 100)} %" : "";
        var amount = catalog.Stage switch
        {
            RunStage.Receive => Quantity.Bytes(catalog.Latest.Completed),
            RunStage.Plan => Quantity.Count(catalog.Latest.Records, "record"),
            _ => Quantity.Count(catalog.Latest.Records, "document"),
        };
        string[] parts = [catalog.StageWord, share, amount, rate, remaining];
        return $"{Printable.Line(catalog.Name)}: {string.Join(", ", parts.Where(part => part.Length > 0))}";
    }
}
