using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

/// <summary>A place that may hold the id: one value in every record, and never the same twice.</summary>
internal sealed class IdCandidate(FieldProfile place)
{
    private const int ShownLength = 40;

    private readonly HashSet<ulong> _seen = [];
    private long _lastRecord;

    public FieldProfile Field => place;

    /// <summary>Why it is none, with the first record that shows it.</summary>
    public string? Failure { get; private set; }

    /// <summary>Records without it.</summary>
    public long Missing { get; set; }

    /// <summary>Records whose value came before.</summary>
    public long Repeated { get; private set; }

    public void Take(string value, long record)
    {
        if (_lastRecord == record)
            Fail($"comes more than once in record {record:N0}");
        _lastRecord = record;
        if (Encoding.UTF8.GetByteCount(value) > FeedLimits.IdBytes)
            Fail($"is longer than {FeedLimits.IdBytes} bytes in record {record:N0}");
        else if (value.Any(char.IsControl))
            Fail($"contains a line break or another control character in record {record:N0}");
        else if (!_seen.Add(ValueText.Hash(value)))
        {
            Repeated++;
            var shown = value.Length > ShownLength ? value[..ShownLength] + "…" : value;
            Fail($"has '{shown}' a second time in record {record:N0}");
        }
    }

    /// <summary>Something that cannot be an id stands there.</summary>
    public void TakeOther(string what, long record)
    {
        _lastRecord = record;
        Missing++;
        Fail($"is {what} in record {record:N0}");
    }

    public void EndRecord(long record)
    {
        if (_lastRecord == record)
            return;
        Missing++;
        Fail($"is missing in record {record:N0}");
    }

    /// <summary>Frees what was remembered.</summary>
    public void Forget()
    {
        _seen.Clear();
        _seen.TrimExcess();
    }

    private void Fail(string reason) => Failure ??= reason;
}
