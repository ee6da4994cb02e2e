namespace Reshelve.Mapping;

/// <summary>The shapes of the records that came so far: few, as the records of a feed are mostly alike. Reused from record to record.</summary>
internal sealed class RecordShapes
{
    /// <summary>How many are remembered, by their numbers of tokens: lists differ in length, and members are left out.</summary>
    private const int Slots = 16;

    /// <summary>
    /// One in so many records that have no known shape is learnt from, which takes as long as walking through several: where no two records
    /// are alike, that is lost in the rest.
    /// </summary>
    private const int LearningCost = 256;

    private readonly RecordShape?[] _slots = new RecordShape?[Slots];
    private int _credit = 2 * LearningCost;

    /// <summary>The shape of a record; null when it is not known.</summary>
    public RecordShape? Find(ReadOnlySpan<byte> json, JsonIndex index)
    {
        if (_slots[index.Count % Slots] is { } shape && shape.Fits(json, index))
            return shape;
        _credit = Math.Min(_credit + 1, 2 * LearningCost);
        return null;
    }

    /// <summary>Whether to learn from a record that has no known shape.</summary>
    public bool TryBeginLearning(JsonIndex index)
    {
        if (_credit < LearningCost || index.Count > RecordShape.MaxTokens)
            return false;
        _credit -= LearningCost;
        return true;
    }

    /// <summary>Remembers a record's shape, in the place of another one.</summary>
    public void Keep(RecordShape shape, JsonIndex index) => _slots[index.Count % Slots] = shape;
}
