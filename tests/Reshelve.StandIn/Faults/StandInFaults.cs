namespace Reshelve.StandIn.Faults;

/// <summary>What goes wrong, as tests ask for it. May be used from any thread at any time.</summary>
/// <param name="seed">Decides what is drawn.</param>
public sealed class StandInFaults(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly List<Fault> _planned = [];
    private readonly List<(double Probability, Fault Fault)> _chances = [];
    private Predicate<string>? _rejected;
    private long _items;

    /// <summary>Bodies of more bytes than this, as they are on the wire, get 413 and a closed connection: what <c>http.max_content_length</c> says.</summary>
    public long LargestBody { get; set; } = 100L << 20;

    /// <summary>How long every search from now on counts as having taken, in the statistics only.</summary>
    public TimeSpan SearchLatency { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Writes that wait on each node, as its statistics say.</summary>
    public int WriteQueue { get; set; }

    /// <summary>Writes that each node has refused so far, as its statistics say.</summary>
    public long WriteRejections { get; set; }

    /// <summary>Lets this happen to the next requests that it applies to, once each; what was planned first happens first.</summary>
    public void Next(Fault fault, int times = 1)
    {
        lock (_gate)
            _planned.AddRange(Enumerable.Repeat(fault, times));
    }

    /// <summary>Lets this happen to a share of all requests that it applies to, from now on.</summary>
    public void Sometimes(double probability, Fault fault)
    {
        lock (_gate)
            _chances.Add((probability, fault));
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
            _chances.Clear();
        }
    }

    /// <summary>How many planned faults have not happened yet.</summary>
    public int Left
    {
        get
        {
            lock (_gate)
                return _planned.Count;
        }
    }

    /// <summary>What goes wrong with a request.</summary>
    internal Fault? Draw(string path)
    {
        lock (_gate)
        {
            var planned = _planned.FindIndex(fault => fault.AppliesTo(path));
            if (planned >= 0)
            {
                var fault = _planned[planned];
                _planned.RemoveAt(planned);
                return fault;
            }

            foreach (var (probability, fault) in _chances)
            {
                if (fault.AppliesTo(path) && _random.NextDouble() < probability)
                    return fault;
            }

            return null;
        }
    }

    /// <summary>The items that the bulk request now being answered rejects; set and used with the cluster locked.</summary>
    internal void Reject(Fault? fault)
    {
        _items = 0;
        _rejected = fault is Fault.ItemsRejected items ? items.Ids ?? (_ => _items++ % 2 == 0) : null;
    }

    /// <summary>Why one item is not written, or null.</summary>
    internal Refusal? RejectionOf(string id, ServerFlavor flavor) =>
        _rejected is { } isRejected && isRejected(id) ? FaultAnswers.Rejection(flavor, ofItem: true) : null;
}
