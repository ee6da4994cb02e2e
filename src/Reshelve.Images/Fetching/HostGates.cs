using System.Collections.Concurrent;
using Reshelve.Catalogs;

namespace Reshelve.Images.Fetching;

/// <summary>The gates of all hosts. Catalogs that set the same limits share them.</summary>
internal sealed class HostGates(TimeProvider time)
{
    /// <summary>A feed may name as many hosts as it has records; gates that nobody uses are forgotten beyond this number.</summary>
    private const int Most = 2000;

    private readonly ConcurrentDictionary<Key, HostGate> _gates = new();
    private int _sweepAt = Most;

    /// <summary>The gate of an address.</summary>
    public HostGate Of(Uri address, ImageSettings settings)
    {
        var key = new Key(address.Scheme, AllowedHosts.HostOf(address), address.Port, settings.PerHost, settings.Timeout);
        if (_gates.TryGetValue(key, out var gate))
            return gate;
        if (_gates.Count >= Volatile.Read(ref _sweepAt))
            Sweep();
        return _gates.GetOrAdd(key, static (k, time) => new HostGate(k.Host, k.PerHost, k.Timeout, time), time);
    }

    private void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var (key, gate) in _gates)
        {
            if (gate.IsIdle(now))
                _gates.TryRemove(key, out _);
        }

        Volatile.Write(ref _sweepAt, Math.Max(Most, _gates.Count * 2));
    }

    private readonly record struct Key(string Scheme, string Host, int Port, int PerHost, TimeSpan Timeout);
}
