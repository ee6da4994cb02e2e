namespace Reshelve.StandIn.Mapping;

/// <summary>Values of one field; nothing comes after everything.</summary>
internal sealed class ValueOrder : IComparer<object?>
{
    public static ValueOrder Instance { get; } = new();

    public int Compare(object? x, object? y) => (x, y) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        (string one, string other) => Utf8Order.Instance.Compare(one, other),
        (long one, long other) => one.CompareTo(other),
        (bool one, bool other) => one.CompareTo(other),
        _ => Convert.ToDouble(x).CompareTo(Convert.ToDouble(y)),
    };
}
