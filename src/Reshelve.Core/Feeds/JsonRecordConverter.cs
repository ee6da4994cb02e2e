namespace Reshelve.Feeds;

/// <summary>A record that is JSON already.</summary>
internal sealed class JsonRecordConverter : IRecordConverter
{
    public bool TryConvert(ReadOnlySpan<byte> record, RecordContext context, out ReadOnlySpan<byte> json, out string? problem)
    {
        json = record;
        problem = null;
        return true;
    }
}
