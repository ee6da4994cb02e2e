namespace Reshelve.Running;

/// <summary>How a run ended, or where it is.</summary>
public enum RunState
{
    /// <summary>Under way, or ended by a crash (its lease tells which).</summary>
    Running,

    /// <summary>A plan was made and not applied, as asked.</summary>
    Planned,

    /// <summary>Everything was applied.</summary>
    Done,

    /// <summary>A safety check holds the plan; nothing was applied.</summary>
    Held,

    /// <summary>An error ended it; what was acknowledged until then counts.</summary>
    Failed,

    /// <summary>Stopped by the operator between two batches; the next run carries on.</summary>
    Stopped,
}

/// <summary>Seconds spent per stage.</summary>
public sealed record StageSeconds(double Receive, double Plan, double Apply, double Total);

/// <summary>How much was read.</summary>
public sealed record FeedTotals(long Records, long Bytes);

/// <summary>What happened in one run: for the operator, and for the customer.</summary>
public sealed record RunReport
{
    /// <summary>The catalog.</summary>
    public required string Catalog { get; init; }

    /// <summary>The run's sequence number: grows forever per catalog.</summary>
    public required long Run { get; init; }

    /// <summary>How it ended.</summary>
    public required RunState State { get; init; }

    /// <summary>What was read.</summary>
    public FeedTotals Feed { get; init; } = new(0, 0);

    /// <summary>Documents added.</summary>
    public long Added { get; init; }

    /// <summary>Documents replaced.</summary>
    public long Replaced { get; init; }

    /// <summary>Documents of which only volatile fields changed.</summary>
    public long Patched { get; init; }

    /// <summary>Documents removed.</summary>
    public long Removed { get; init; }

    /// <summary>Records whose document the index already holds.</summary>
    public long Unchanged { get; init; }

    /// <summary>Records that could not become a document, or that the index refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Records whose id came again later in the feed.</summary>
    public long Duplicates { get; init; }

    /// <summary>Records that had to be parsed.</summary>
    public long Parsed { get; init; }

    /// <summary>Documents whose removal waits for approval.</summary>
    public long RemovalsHeld { get; init; }

    /// <summary>Documents whose record is missing and that stay: for the time of the removal delay, or as only tombstones remove.</summary>
    public long Kept { get; init; }

    /// <summary>What the safety checks came to; empty when there was no plan to judge.</summary>
    public IReadOnlyList<Planning.PlanVerdict> Verdicts { get; init; } = [];

    /// <summary>Why the plan, or its removals, are held; empty when nothing is.</summary>
    public IReadOnlyList<string> HeldReasons { get; init; } = [];

    /// <summary>What the operator should know besides (an unchanged feed, a rebuilt index, a resumed plan).</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What was done about pictures; null when there was nothing to do.</summary>
    public Enriching.ImageReport? Images { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Where the feed came from.</summary>
    public string? Source { get; init; }

    /// <summary>The folder of the plan, for as long as it is kept.</summary>
    public string? PlanFolder { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>What was thrown, for whoever mends the program; not kept.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Exception? Cause { get; init; }

    /// <summary>How long each stage took.</summary>
    public StageSeconds Seconds { get; init; } = new(0, 0, 0, 0);

    /// <summary>Records read per second of planning.</summary>
    public double RecordsPerSecond => Seconds.Plan > 0 ? Feed.Records / Seconds.Plan : 0;
}
