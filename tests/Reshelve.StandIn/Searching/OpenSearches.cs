using System.Globalization;
using System.Text;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Searching;

/// <summary>Scrolls and points in time: what is seen stays as it was, until it is closed or not asked for in time.</summary>
internal sealed class OpenSearches(TimeProvider time)
{
    private readonly Dictionary<long, (object State, DateTimeOffset Until)> _open = [];
    private long _last;

    public int Count => _open.Count;

    /// <summary>Keeps a state and names it.</summary>
    public string Open(object state, string keepAlive)
    {
        _open[++_last] = (state, time.GetUtcNow() + Durations.Parse(keepAlive));
        return Convert.ToBase64String(Encoding.ASCII.GetBytes($"stand-in-context-{_last.ToString(CultureInfo.InvariantCulture)}"));
    }

    /// <summary>The state kept under an id; where <paramref name="keepAlive"/> is given, for as long again.</summary>
    /// <exception cref="Refusal">It is closed, or never was.</exception>
    public T Continue<T>(string id, string? keepAlive, Func<long, Refusal> missing)
        where T : class
    {
        var number = Number(id);
        if (!_open.TryGetValue(number, out var open) || open.Until < time.GetUtcNow() || open.State is not T state)
        {
            _open.Remove(number);
            throw missing(number);
        }

        if (keepAlive is not null)
            _open[number] = (state, time.GetUtcNow() + Durations.Parse(keepAlive));
        return state;
    }

    public bool Close(string id) => _open.Remove(Number(id));

    public int CloseAll()
    {
        var count = _open.Count;
        _open.Clear();
        return count;
    }

    private static long Number(string id)
    {
        var bytes = new byte[id.Length];
        return Convert.TryFromBase64String(id, bytes, out var length)
            && Encoding.ASCII.GetString(bytes, 0, length) is var text && text.StartsWith("stand-in-context-", StringComparison.Ordinal)
                ? long.Parse(text.AsSpan(17), CultureInfo.InvariantCulture)
                : throw Refusal.BadArgument("Cannot parse scroll id");
    }
}
