namespace Reshelve.OpenSearch.Writing;

/// <summary>
/// The external version that a document is written under: the run's number with room behind it. Whoever changes a document by hand raises its version by one each time; without the room, a few such changes would have
/// it outrank runs to come, whose writes would be without effect.
/// </summary>
internal static class WriteVersion
{
    private const int Room = 20;

    /// <summary>The version for a run's number.</summary>
    public static long Of(long sequence) => sequence << Room;

    /// <summary>The number of the run that a version is of, or that was the last before it was raised by hand.</summary>
    public static long SequenceOf(long version) => version >> Room;
}
