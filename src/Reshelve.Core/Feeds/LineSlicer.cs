namespace Reshelve.Feeds;

/// <summary>Cuts text into lines; blank ones are none.</summary>
internal sealed class LineSlicer(string path) : RecordSlicer(path)
{
    /// <summary>Lines need none of it: see <see cref="LineRangePart"/>.</summary>
    public override bool IsBetweenRecords => false;

    public override void Scan(SliceWindow window)
    {
        while (window.At < window.End)
        {
            if (window.RecordStart < 0 && !window.IsSkipping)
                window.Begin(window.At);
            var length = window.Buffer.AsSpan(window.At, window.End - window.At).IndexOf((byte)'\n');
            if (length < 0)
            {
                window.At = window.End;
                window.SkipBlank();
                return;
            }

            var end = window.At + length;
            window.At = end + 1;
            if (!EndLine(window, end))
                return;
        }
    }

    /// <summary>The last line needs no line end. Whether it was cut off, only its parser can tell.</summary>
    public override void Complete(SliceWindow window) => EndLine(window, window.End);

    public override RecordSlicer Fork() => new LineSlicer(Path);

    public override CutFinder? LearnCut(ReadOnlySpan<byte> text, RecordSlice last, int next) => null;

    private static bool EndLine(SliceWindow window, int end)
    {
        var line = window.RecordStart < 0 ? default : BlankTrimming.Trim(window.Buffer, window.RecordStart, end);
        if (line.Length > 0 || window.IsSkipping)
            return window.EndRecord(line);
        return window.Drop();
    }
}
