using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Tests.Ledgers;

public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["journal"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_appended_is_read_again()
    {
        var entries = Enumerable.Range(1, 5).Select(Entry).ToList();
        Write(entries);
        ShouldHold(entries);
    }

    [Fact]
    public void A_last_entry_cut_off_anywhere_is_removed_and_the_rest_stays()
    {
        Write([Entry(1), Entry(2)]);
        var before = File.ReadAllBytes(Path);
        Write([Entry(3)]);
        var bytes = File.ReadAllBytes(Path);
        for (var length = before.Length; length < bytes.Length; length++)
        {
            File.WriteAllBytes(Path, bytes[..length]);
            ShouldHold([Entry(1), Entry(2)]);
            new FileInfo(Path).Length.ShouldBe(before.Length);
        }
    }

    [Fact]
    public void A_last_entry_of_which_only_the_length_reached_the_disk_is_removed()
    {
        Write([Entry(1)]);
        var before = File.ReadAllBytes(Path);
        Write([Entry(2)]);
        var bytes = File.ReadAllBytes(Path);
        Array.Clear(bytes, before.Length + 4, bytes.Length - before.Length - 4);
        File.WriteAllBytes(Path, bytes);
        ShouldHold([Entry(1)]);
    }

    [Fact]
    public void An_entry_damaged_before_the_last_is_an_error()
    {
        Write([Entry(1), Entry(2)]);
        var bytes = File.ReadAllBytes(Path);
        bytes[30] ^= 1;
        File.WriteAllBytes(Path, bytes);
        Should.Throw<ReshelveException>(() => Journal.Open(Path)).Message.ShouldContain("wrong checksum");
    }

    [Fact]
    public void Appending_goes_on_behind_a_removed_entry()
    {
        Write([Entry(1), Entry(2)]);
        using (var file = File.OpenWrite(Path))
            file.SetLength(file.Length - 1);
        Write([Entry(3)]);
        ShouldHold([Entry(1), Entry(3)]);
    }

    private void Write(IEnumerable<JournalEntry> entries)
    {
        using var journal = Journal.Open(Path);
        foreach (var entry in entries)
            journal.Append(entry);
    }

    private void ShouldHold(IReadOnlyList<JournalEntry> expected)
    {
        using var journal = Journal.Open(Path);
        journal.Entries.Select(entry => (entry.Run, entry.Batch)).ShouldBe(expected.Select(entry => (entry.Run, entry.Batch)));
        journal.Entries.SelectMany(entry => entry.Items).ShouldBe(expected.SelectMany(entry => entry.Items));
    }

    private static JournalEntry Entry(int number) => new(
        7,
        number,
        [.. Enumerable.Range(0, number).Select(i => new JournalItem(
            (ChangeKind)(i % 4), $"id-{i}-ä", new Fingerprint(new Hash128((ulong)i, 2), new Hash128(3, (ulong)number), 5)))]);
}
