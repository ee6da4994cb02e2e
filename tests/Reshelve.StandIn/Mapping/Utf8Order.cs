namespace Reshelve.StandIn.Mapping;

/// <summary>Texts by their UTF-8 bytes, which is how the server orders them: characters beyond U+FFFF after all others.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        for (var i = 0; i < Math.Min(x.Length, y.Length); i++)
        {
            if (x[i] == y[i])
                continue;
            var isHigher = char.IsSurrogate(x[i]);
            return isHigher == char.IsSurrogate(y[i]) ? x[i].CompareTo(y[i]) : isHigher ? 1 : -1;
        }

        return x.Length.CompareTo(y.Length);
    }
}
