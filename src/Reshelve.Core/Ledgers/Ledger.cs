using Reshelve.Hashing;

namespace Reshelve.Ledgers;

/// <summary>
/// The fingerprints of every document that a backing index is known to hold: a full file, or a delta with the full file it
/// builds on.
/// Entries are numbered through both (those of the delta after those of the base); <see cref="Order"/> gives the live ones in
/// feed order.
/// Thread-safe for reading.
/// </summary>
internal sealed unsafe class Ledger : IDisposable
{
    /// <summary>No entry.</summary>
    public const uint None = uint.MaxValue;

    private readonly LedgerFile? _base;
    private readonly LedgerFile? _delta;
    private readonly uint _baseCount;
    private readonly LedgerRun[] _order;
    private readonly Lazy<KeyedHash> _idHash;

    private Ledger(LedgerFile? baseFile, LedgerFile? delta, byte[] seed, string? baseName, string? name)
    {
        _base = baseFile;
        _delta = delta;
        Seed = seed;
        BaseName = baseName;
        Name = name;
        _baseCount = baseFile?.Count ?? 0;
        _order = (delta ?? baseFile) is { } newest ? newest.Order.ToArray() : [];
        Count = (delta ?? baseFile)?.Header.Live ?? 0;
        _idHash = new Lazy<KeyedHash>(() => LedgerFormat.IdHash(seed));
    }

    /// <summary>An empty ledger, for an index that holds nothing.</summary>
    public static Ledger Empty(byte[] seed) => new(null, null, seed, null, null);

    /// <summary>Opens a ledger file and, for a delta, its base beside it.</summary>
    /// <exception cref="Feeds.ReshelveException">A file is missing, damaged, or of a newer format.</exception>
    public static Ledger Open(string path)
    {
        var file = OpenFile(path);
        if (file.Header.BaseName is not { } baseName)
            return new Ledger(file, null, file.Header.Seed, Path.GetFileName(path), Path.GetFileName(path));
        try
        {
            var baseFile = OpenFile(Path.Combine(Path.GetDirectoryName(path)!, baseName));
            if (baseFile.Count == file.Header.BaseEntries && baseFile.Header.Seed.AsSpan().SequenceEqual(file.Header.Seed))
                return new Ledger(baseFile, file, file.Header.Seed, baseName, Path.GetFileName(path));
            baseFile.Dispose();
            throw LedgerFormat.Damaged(path, $"it does not belong to its base {baseName}");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The seed of all hashes.</summary>
    public byte[] Seed { get; }

    /// <summary>The file name of the full file, or null for an empty ledger.</summary>
    public string? BaseName { get; }

    /// <summary>The file name of the newest file, or null for an empty ledger.</summary>
    public string? Name { get; }

    /// <summary>Live entries.</summary>
    public uint Count { get; }

    /// <summary>Entries in the full file, live or not.</summary>
    public uint BaseCount => _baseCount;

    /// <summary>Entries in the delta, live or not.</summary>
    public uint DeltaCount => _delta?.Count ?? 0;

    /// <summary>One more than the largest entry number.</summary>
    public uint EntryLimit => _baseCount + DeltaCount;

    /// <summary>Whether every entry below <see cref="EntryLimit"/> is live.</summary>
    public bool AllLive => Count == EntryLimit;

    /// <summary>The live entries in feed order.</summary>
    public ReadOnlySpan<LedgerRun> Order => _order;

    /// <summary>A sample of the last feed's order, if that was not taken over.</summary>
    public IReadOnlyList<EntryPair> OrderSample => (_delta ?? _base) is { } newest ? newest.OrderSample.ToArray() : [];

    /// <summary>Hashes ids for <see cref="IdHash"/>.</summary>
    public uint HashId(ReadOnlySpan<byte> id) => (uint)_idHash.Value.Low64(id);

    /// <summary>The raw hashes from an entry to the end of the file it is in.</summary>
    public Hash128* RawFrom(uint entry) => entry < _baseCount ? _base!.Raw + entry : _delta!.Raw + (entry - _baseCount);

    /// <summary>The id hashes from an entry to the end of the file it is in.</summary>
    public uint* IdHashFrom(uint entry) => entry < _baseCount ? _base!.IdHash + entry : _delta!.IdHash + (entry - _baseCount);

    /// <summary>The hash of an entry's id.</summary>
    public uint IdHash(uint entry) => *IdHashFrom(entry);

    /// <summary>The fingerprint of an entry.</summary>
    public Fingerprint Fingerprint(uint entry) => entry < _baseCount
        ? new Fingerprint(_base!.Raw[entry], _base.Stable[entry], _base.Volatile[entry])
        : new Fingerprint(_delta!.Raw[entry - _baseCount], _delta.Stable[entry - _baseCount], _delta.Volatile[entry - _baseCount]);

    /// <summary>The id of an entry.</summary>
    public ReadOnlySpan<byte> Id(uint entry) => entry < _baseCount ? _base!.Id(entry) : _delta!.Id(entry - _baseCount);

    /// <summary>The lengths together of the ids of some consecutive entries, which lie in one file.</summary>
    public long IdBytes(uint first, uint length) =>
        first < _baseCount ? _base!.IdBytes(first, length) : _delta!.IdBytes(first - _baseCount, length);

    /// <summary>Some consecutive entries, which lie in one file.</summary>
    public EntrySlice Slice(uint first, int length) =>
        first < _baseCount ? _base!.Slice(first, length) : _delta!.Slice(first - _baseCount, length);

    /// <summary>The anchors of both files; those of dead entries are among them.</summary>
    public IEnumerable<LedgerAnchor> Anchors() =>
        (_base?.Anchors.ToArray() ?? []).Concat((_delta?.Anchors.ToArray() ?? []).Select(a => a with { Entry = a.Entry + _baseCount }));

    /// <summary>
    /// Gives the memory of what was looked at back. To be called every so often by those who go through the ledger: what a large one has
    /// been looked at all over would be a large part of the program's memory otherwise.
    /// </summary>
    public void ReleasePages()
    {
        _base?.ReleasePages();
        _delta?.ReleasePages();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _base?.Dispose();
        _delta?.Dispose();
    }

    private static LedgerFile OpenFile(string path) =>
        File.Exists(path) ? LedgerFile.Open(path) : throw LedgerFormat.Damaged(path, "it is missing");
}
