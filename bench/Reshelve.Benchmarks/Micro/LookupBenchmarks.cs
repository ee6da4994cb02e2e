using BenchmarkDotNet.Attributes;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Planning.Matching;

namespace Reshelve.Benchmarks.Micro;

/// <summary>
/// Finding entries anywhere in the ledger by their raw hash, per query: joined in one pass over it, and by a table.
/// </summary>
public class LookupBenchmarks
{
    private const int Few = 1_000;
    private const int Many = 50_000;

    private readonly uint[] _entries = new uint[Many];
    private MicroData? _data;
    private EntryLookup<RawKeys>? _table;
    private Hash128[] _hashes = [];

    [GlobalSetup]
    public void Setup()
    {
        _data = new MicroData();
        var random = Mixer.Of(1, 0);
        _hashes = [.. Enumerable.Range(0, Many).Select(_ => _data.Ledger.Fingerprint((uint)random.Next(MicroData.Records)).Raw)];
        _table = new EntryLookup<RawKeys>(_data.Ledger);
        // It has its table from now on.
        _table.Probe(new Queries(_data.Ledger, _hashes, Many), _entries);
    }

    [GlobalCleanup]
    public void Cleanup() => _data?.Dispose();

    [Benchmark(OperationsPerInvoke = Few)]
    public uint Join()
    {
        // A new one each time, as one that is asked often makes its table.
        new EntryLookup<RawKeys>(_data!.Ledger).Resolve(new Queries(_data.Ledger, _hashes, Few), _entries);
        return _entries[0];
    }

    [Benchmark(OperationsPerInvoke = Many)]
    public uint Table()
    {
        _table!.Probe(new Queries(_data!.Ledger, _hashes, Many), _entries);
        return _entries[0];
    }

    [Benchmark(OperationsPerInvoke = MicroData.Records)]
    public bool MakeTable()
    {
        var made = new EntryLookup<RawKeys>(_data!.Ledger);
        made.Probe(new Queries(_data.Ledger, _hashes, 1), _entries);
        return made.HasTable;
    }

    private readonly unsafe struct Queries(Ledger ledger, Hash128[] hashes, int count) : IEntryQueries
    {
        public int Count => count;

        public uint Key(int query) => RawKeys.Of(hashes[query]);

        public nint Address(uint entry) => (nint)ledger.RawFrom(entry);

        public bool Matches(int query, uint entry) => *ledger.RawFrom(entry) == hashes[query];
    }
}
