using System.Collections.Concurrent;
using Reshelve.Running;

namespace Reshelve.Host.Output;

/// <summary>Where every running catalog is: runs write to it from any thread, displays read from it.</summary>
internal sealed class ProgressBoard(TimeProvider time) : IProgress<RunProgress>
{
    private readonly ConcurrentDictionary<string, CatalogProgress> _catalogs = new(StringComparer.Ordinal);

    /// <summary>The catalogs that have begun, by name.</summary>
    public IReadOnlyList<CatalogProgress> Catalogs => [.. _catalogs.Values.OrderBy(catalog => catalog.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        var now = time.GetTimestamp();
        _catalogs.AddOrUpdate(
            value.Catalog,
            static (name, update) => new CatalogProgress(name, update.Value.Stage, update.Now, update.Now, update.Value, Ended: false),
            static (_, known, update) => known.Stage == update.Value.Stage
                ? known with { Latest = update.Value, LatestAt = update.Now }
                : known with { Stage = update.Value.Stage, StageBegan = update.Now, Latest = update.Value, LatestAt = update.Now },
            (Value: value, Now: now));
    }

    /// <summary>Marks a catalog as ended.</summary>
    public void End(string catalog)
    {
        if (_catalogs.TryGetValue(catalog, out var known))
            _catalogs[catalog] = known with { Ended = true };
    }

    /// <summary>A catalog's rate and remaining time, as far as they can be told.</summary>
    public (string Rate, string Remaining) Pace(CatalogProgress catalog)
    {
        var seconds = time.GetElapsedTime(catalog.StageBegan).TotalSeconds;
        var latest = catalog.Latest;
        if (seconds < 0.2 || latest.Completed <= 0)
            return ("", "");
        var rate = latest.Stage == RunStage.Receive
            ? $"{Quantity.Bytes((long)(latest.Completed / seconds))}/s"
            : Quantity.Rate(latest.Records / seconds);
        var remaining = latest.Total is { } total && total >= latest.Completed
            ? $"{Quantity.Duration(Math.Ceiling((total - latest.Completed) * seconds / latest.Completed))} left"
            : "";
        return (rate, remaining);
    }
}

/// <summary>Where one catalog is.</summary>
/// <param name="Name">The catalog.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="StageBegan">When that began, as a timestamp.</param>
/// <param name="LatestAt">When it last reported.</param>
/// <param name="Latest">What it last reported.</param>
/// <param name="Ended">Whether its run is over.</param>
internal sealed record CatalogProgress(string Name, RunStage Stage, long StageBegan, long LatestAt, RunProgress Latest, bool Ended)
{
    /// <summary>The stage in a word.</summary>
    public string StageWord => Ended ? "ended" : Stage switch
    {
        RunStage.Receive => "receiving",
        RunStage.Plan => "planning",
        RunStage.Apply => "applying",
        RunStage.Pictures => "pictures",
        _ => throw new ArgumentOutOfRangeException(nameof(Stage)),
    };

    /// <summary>How much of the stage is done, 0 to 1; null when the total is unknown.</summary>
    public double? Share => Latest.Total is > 0 and var total ? Math.Clamp((double)Latest.Completed / total, 0, 1) : null;
}
