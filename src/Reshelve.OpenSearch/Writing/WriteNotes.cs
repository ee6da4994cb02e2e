using System.Globalization;

namespace Reshelve.OpenSearch.Writing;

/// <summary>Says what troubled writing since it was last asked. Thread-safe.</summary>
/// <param name="figures">What writing came to so far.</param>
/// <param name="note">What keeps the writer from doing what it should; null when nothing does.</param>
internal sealed class WriteNotes(Func<WriteFigures> figures, Func<string?> note)
{
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private WriteFigures _told = new(0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero);
    private string? _toldNote;

    /// <summary>A phrase for each.</summary>
    public IReadOnlyList<string> Take()
    {
        var notes = new List<string>();
        lock (_lock)
        {
            var now = figures();
            if (now.Rejections > _told.Rejections)
                notes.Add($"the cluster rejected {Count(now.Rejections - _told.Rejections, "bulk request")} for having too much to do, and all were repeated");
            if (now.Splits > _told.Splits)
                notes.Add($"{Count(now.Splits - _told.Splits, "bulk request")} did not get through as a whole (too large, or with a document that the cluster cannot read), and each was halved and sent again");
            if (now.Outrun > _told.Outrun)
            {
                notes.Add(
                    $"{Count(now.Outrun - _told.Outrun, "change")} had no effect, as the index holds what was written under higher numbers: single documents were put meanwhile, or a newer run wrote; "
                    + "but if an older state of the data folder was put back, run `reshelve verify <catalog> --repair`");
            }

            if (now.Slowed - _told.Slowed >= WorthTelling)
                notes.Add($"writing was held back for {(now.Slowed - _told.Slowed).TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s, for the sake of searches");
            _told = now;
            if (note() is { } problem && problem != _toldNote)
                notes.Add(_toldNote = problem);
        }

        return notes;
    }

    private static string Count(long number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {noun}{(number == 1 ? "" : "s")}");
}
