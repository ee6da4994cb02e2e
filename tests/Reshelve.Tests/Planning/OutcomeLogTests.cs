using System.Runtime.InteropServices;
using System.Text;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Tests.Planning;

public sealed class OutcomeLogTests : IDisposable
{
    /// <summary>So many that most of it lies in the temporary file.</summary>
    private const int Many = 150_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(EntryBlock.Capacity)]
    [InlineData(EntryBlock.Capacity + 1)]
    [InlineData(Many)]
    public void What_is_logged_is_read(int count)
    {
        using var log = new OutcomeLog(_folder["log"]);
        for (uint record = 0; record < count; record++)
            Add(log, record);

        var reader = log.Read();
        for (uint record = 0; record < count; record++)
        {
            reader.MoveNext().ShouldBeTrue();
            reader.Current.Record.ShouldBe(record);
            if (!reader.Id.SequenceEqual(IdOf(record)))
                Assert.Fail($"record {record} has the id {Encoding.UTF8.GetString(reader.Id)}");
        }

        reader.MoveNext().ShouldBeFalse();
        Enum.GetValues<OutcomeKind>().Sum(log.CountOf).ShouldBe(count);
        File.Exists(_folder["log"]).ShouldBe(count == Many);
    }

    [Fact]
    public void New_entries_come_in_feed_order_without_losers()
    {
        using var one = new OutcomeLog(_folder["one"]);
        using var other = new OutcomeLog(_folder["other"]);
        var random = new Random(5);
        // As chunks are taken: some to this thread, some to that.
        for (uint record = 0; record < Many;)
        {
            var log = random.Next(2) == 0 ? one : other;
            for (var i = random.Next(600); i > 0 && record < Many; i--)
                Add(log, record++);
        }

        var losers = Enumerable.Range(0, 5_000).Select(_ => (uint)random.Next(Many)).ToHashSet();
        var expected = Enumerable.Range(0, Many).Select(i => (uint)i).Where(i => NewEntries.Has(KindOf(i)) && !losers.Contains(i)).ToList();
        var entries = new NewEntries([one, other], losers);
        for (var at = 0; at < expected.Count;)
        {
            var most = random.Next(1, 2_000);
            var slice = entries.Next((uint)most);
            slice.Count.ShouldBeInRange(1, most);
            var ids = slice.Ids;
            for (var i = 0; i < slice.Count; i++, at++)
            {
                var record = expected[at];
                var id = ids.Slice(2, MemoryMarshal.Read<ushort>(ids));
                (slice.Raw[i], slice.Stable[i], slice.Volatile[i]).ShouldBe((HashOf(record), HashOf(record + 1), record));
                slice.IdHashes[i].ShouldBe(record * 3);
                if (!id.SequenceEqual(IdOf(record)))
                    Assert.Fail($"record {record} has the id {Encoding.UTF8.GetString(id)}");
                ids = ids[(2 + id.Length)..];
            }

            ids.Length.ShouldBe(0);
        }

        Should.Throw<InvalidOperationException>(() =>
        {
            entries.Next(1);
        });
    }

    private static void Add(OutcomeLog log, uint record)
    {
        var id = IdOf(record);
        log.Add(
            new Outcome(record * 3, record, Ledger.None, 1, 2, (ushort)id.Length, KindOf(record)),
            new Fingerprint(HashOf(record), HashOf(record + 1), record),
            id);
    }

    private static OutcomeKind KindOf(uint record) => record % 50 == 7 ? OutcomeKind.Gone : OutcomeKind.Add;

    private static Hash128 HashOf(uint record) => new(record, ~(ulong)record);

    private static byte[] IdOf(uint record) => Encoding.UTF8.GetBytes(record % 9 == 4 ? new string('x', 200) + record : $"id-{record}");
}
