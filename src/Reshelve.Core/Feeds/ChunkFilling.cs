namespace Reshelve.Feeds;

/// <summary>Adding records to a chunk.</summary>
internal static class ChunkFilling
{
    /// <summary>Adds a record. One over the limit is cut short and marked; false then: the chunk must take no more.</summary>
    public static bool Add(this FeedChunk chunk, RecordSlice slice, int recordBytes)
    {
        if (slice.Length > recordBytes)
        {
            chunk.AddTooLarge(slice.Start, slice.Length);
            return false;
        }

        if (chunk.Count == chunk.Records.Length)
        {
            var records = chunk.Records;
            Array.Resize(ref records, Math.Max(512, 2 * records.Length));
            chunk.Records = records;
        }

        chunk.Records[chunk.Count++] = slice;
        return true;
    }

    /// <summary>Adds the beginning of a record that is over the limit. The chunk must take no more.</summary>
    public static void AddTooLarge(this FeedChunk chunk, int start, int lengthSoFar)
    {
        chunk.TooLarge = chunk.Count;
        chunk.Add(new RecordSlice(start, Math.Min(lengthSoFar, FeedPartOptions.KeptBytes)), int.MaxValue);
    }
}
