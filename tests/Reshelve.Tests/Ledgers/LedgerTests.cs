using System.Text;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;

namespace Reshelve.Tests.Ledgers;

public sealed class LedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _seed = [.. Enumerable.Range(0, KeyedHash.SeedBytes).Select(i => (byte)i)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(5000)]
    public void What_is_written_is_read(int count)
    {
        WriteFull("full", count);
        using var ledger = Ledger.Open(_folder["full"]);
        ledger.Count.ShouldBe((uint)count);
        ledger.Seed.ShouldBe(_seed);
        for (uint entry = 0; entry < count; entry++)
        {
            Encoding.UTF8.GetString(ledger.Id(entry)).ShouldBe(IdOf(entry));
            ledger.Fingerprint(entry).ShouldBe(FingerprintOf(entry));
            ledger.IdHash(entry).ShouldBe(ledger.HashId(Encoding.UTF8.GetBytes(IdOf(entry))));
        }

        ledger.Anchors().Select(anchor => anchor.Entry).ShouldBe(
            Enumerable.Range(0, count).Select(i => (uint)i).Where(i => LedgerFormat.IsAnchor(FingerprintOf(i).Raw)));
    }

    [Fact]
    public void A_ledger_takes_at_most_48_bytes_per_record_plus_its_id()
    {
        const int Count = 100_000;
        WriteFull("full", Count);
        var ids = Enumerable.Range(0, Count).Sum(i => IdOf((uint)i).Length);
        ((new FileInfo(_folder["full"]).Length - ids) / (double)Count).ShouldBeLessThanOrEqualTo(48);
    }

    [Fact]
    public void A_delta_numbers_its_entries_on_from_its_base_and_keeps_each_run_in_one_file()
    {
        WriteFull("full", 10);
        using (var full = Ledger.Open(_folder["full"]))
        using (var writer = new LedgerWriter(_folder["delta"], _seed, 2, IdOf(100).Length + IdOf(101).Length, full))
        {
            writer.Append(new LedgerRun(0, 3));
            writer.Append(new LedgerRun(5, 5));
            writer.Append(new LedgerRun(Add(writer, 100), 1));
            writer.Append(new LedgerRun(Add(writer, 101), 1));
            writer.Finish();
        }

        using var delta = Ledger.Open(_folder["delta"]);
        delta.Count.ShouldBe(10u);
        delta.AllLive.ShouldBeFalse();
        delta.Order.ToArray().ShouldBe([new LedgerRun(0, 3), new LedgerRun(5, 5), new LedgerRun(10, 2)]);
        Encoding.UTF8.GetString(delta.Id(11)).ShouldBe(IdOf(101));
        delta.Fingerprint(10).ShouldBe(FingerprintOf(100));
    }

    [Fact]
    public void Pages_that_were_let_go_read_the_same()
    {
        const uint Count = 5000;
        WriteFull("full", (int)Count);
        using (var full = Ledger.Open(_folder["full"]))
        using (var writer = new LedgerWriter(_folder["delta"], _seed, 1, IdOf(Count).Length, full))
        {
            writer.Append(new LedgerRun(0, Count));
            writer.Append(new LedgerRun(Add(writer, Count), 1));
            writer.Finish();
        }

        using var ledger = Ledger.Open(_folder["delta"]);
        for (var round = 0; round < 3; round++)
        {
            for (uint entry = 0; entry <= Count; entry++)
            {
                Encoding.UTF8.GetString(ledger.Id(entry)).ShouldBe(IdOf(entry));
                ledger.Fingerprint(entry).ShouldBe(FingerprintOf(entry));
            }

            ledger.ReleasePages();
        }
    }

    [Fact]
    public void A_changed_byte_anywhere_is_noticed_before_it_is_used()
    {
        WriteFull("full", 300);
        var bytes = File.ReadAllBytes(_folder["full"]);
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_folder["damaged"], damaged);
            try
            {
                using var ledger = Ledger.Open(_folder["damaged"]);
                for (uint entry = 0; entry < ledger.Count; entry++)
                {
                    ledger.Fingerprint(entry).ShouldBe(FingerprintOf(entry));
                    Encoding.UTF8.GetString(ledger.Id(entry)).ShouldBe(IdOf(entry));
                }
            }
            catch (ReshelveException error)
            {
                error.Message.ShouldContain("--rebuild");
            }
        }
    }

    [Fact]
    public void A_ledger_that_was_cut_off_anywhere_is_refused()
    {
        WriteFull("full", 40);
        var bytes = File.ReadAllBytes(_folder["full"]);
        for (var length = 0; length < bytes.Length; length += 13)
        {
            File.WriteAllBytes(_folder["cut"], bytes[..length]);
            Should.Throw<ReshelveException>(() =>
            {
                using var ledger = Ledger.Open(_folder["cut"]);
            }).Message.ShouldContain("damaged");
        }
    }

    [Theory]
    [InlineData(-1, "an older program")]
    [InlineData(1, "the newer program")]
    public void A_ledger_of_another_version_is_refused_with_a_way_out(int difference, string wayOut)
    {
        WriteFull("full", 1);
        var version = (byte)(LedgerFormat.Version + difference);
        var bytes = File.ReadAllBytes(_folder["full"]);
        bytes[8] = version;
        File.WriteAllBytes(_folder["full"], bytes);
        var message = Should.Throw<ReshelveException>(() => Ledger.Open(_folder["full"])).Message;
        message.ShouldContain($"format version {version}");
        message.ShouldContain(wayOut);
        message.ShouldContain("--rebuild");
    }

    [Fact]
    public void A_delta_without_its_base_is_refused()
    {
        WriteFull("full", 10);
        using (var full = Ledger.Open(_folder["full"]))
        using (var writer = new LedgerWriter(_folder["delta"], _seed, 0, 0, full))
        {
            writer.Append(new LedgerRun(0, 3));
            writer.Finish();
        }

        File.Delete(_folder["full"]);
        Should.Throw<ReshelveException>(() => Ledger.Open(_folder["delta"])).Message.ShouldContain("missing");
        WriteFull("full", 9);
        Should.Throw<ReshelveException>(() => Ledger.Open(_folder["delta"])).Message.ShouldContain("does not belong");
    }

    [Fact]
    public void Committing_a_ledger_deletes_what_it_replaces_and_starts_an_empty_journal()
    {
        var store = new LedgerStore(_folder["store"]);
        store.Current.ShouldBeNull();
        using (var journal = store.OpenJournal())
            journal.Append(new JournalEntry(1, 1, []));
        WriteFull("one", 3);
        store.Commit(_folder["one"], 1);
        using (var journal = store.OpenJournal())
        {
            journal.Entries.ShouldBeEmpty();
            journal.Append(new JournalEntry(2, 1, []));
        }

        WriteFull("two", 4);
        store.Commit(_folder["two"], 2);
        store.Current.ShouldBe("000000000002.ledger");
        Directory.GetFiles(_folder["store"]).Select(Path.GetFileName).Order().ShouldBe(["000000000002.ledger", "current"]);
    }

    private void WriteFull(string name, int count)
    {
        using var writer = new LedgerWriter(
            _folder[name], _seed, (uint)count, Enumerable.Range(0, count).Sum(i => IdOf((uint)i).Length), null);
        for (uint i = 0; i < count; i++)
            writer.Append(new LedgerRun(Add(writer, i), 1));
        writer.Finish();
    }

    private uint Add(LedgerWriter writer, uint number)
    {
        var id = Encoding.UTF8.GetBytes(IdOf(number));
        return writer.Add(id, (uint)LedgerFormat.IdHash(_seed).Low64(id), FingerprintOf(number));
    }

    private static string IdOf(uint number) => number % 7 == 3 ? new string('x', 300) + number : $"id-{number}";

    private static Fingerprint FingerprintOf(uint number)
    {
        var hash = KeyedHash.Derive([1], "test");
        return new Fingerprint(hash.Of(BitConverter.GetBytes(number)), hash.Of(BitConverter.GetBytes(number + 0.5)), number);
    }
}
