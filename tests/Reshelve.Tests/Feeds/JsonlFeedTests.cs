using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

public sealed class JsonlFeedTests
{
    [Theory]
    [InlineData("1\n2\n3\n")]
    [InlineData("1\n2\n3")]
    [InlineData("\n\r\n1\r\n  2\t\r\n\n \t \n3\r\n\n")]
    [InlineData("\uFEFF1\n2\n3")]
    public void Lines_are_records_and_blank_lines_are_none(string text)
    {
        foreach (var bytes in (byte[][])[Encoding.UTF8.GetBytes(text), FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(text))])
        {
            using var feed = new FeedOnDisk(bytes);
            for (var size = 1; size < 70; size++)
                feed.ReadTexts(Some.Jsonl, chunkBytes: size).ShouldBe(["1", "2", "3"]);
        }
    }

    [Fact]
    public void Several_threads_get_every_record_once_and_the_sequence_gives_the_order()
    {
        var text = Some.Lines(20_000);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var bytes = Encoding.UTF8.GetBytes(text);
        using var feed = new FeedOnDisk(bytes, FeedOnDisk.Gzip(bytes), [], bytes);
        foreach (var size in (int[])[100, 4096, FeedReaders.ChunkBytes])
        {
            using var reader = feed.Open(Some.Jsonl, chunkBytes: size);
            var perThread = new List<(int Sequence, string Text)>[4];
            OnThreads(perThread.Length, number => perThread[number] = ReadAll(reader));
            perThread.SelectMany(read => read).OrderBy(read => read.Sequence).Select(read => read.Text)
                .ShouldBe([.. lines, .. lines, .. lines]);
        }
    }

    [Fact]
    public void An_error_reaches_every_thread()
    {
        var bytes = FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(Some.Lines(50_000)));
        using var feed = new FeedOnDisk(Encoding.UTF8.GetBytes(Some.Lines(1000)), bytes[..^20]);
        using var reader = feed.Open(Some.Jsonl, chunkBytes: 4096);
        var errors = new Exception?[4];
        OnThreads(errors.Length, number => errors[number] = Record.Exception(() => ReadAll(reader)));
        errors.ShouldAllBe(error => error is FeedIncompleteException && ReferenceEquals(error, errors[0]));
    }

    [Fact]
    public void Cancelling_ends_the_reading()
    {
        using var feed = new FeedOnDisk(Some.Lines(1000));
        using var reader = feed.Open(Some.Jsonl, chunkBytes: 100);
        using var source = new CancellationTokenSource();
        var chunk = new FeedChunk();
        reader.TryReadChunk(chunk, source.Token).ShouldBeTrue();
        source.Cancel();
        Should.Throw<OperationCanceledException>(() => reader.TryReadChunk(chunk, source.Token));
    }

    [Fact]
    public void A_file_that_changes_while_it_is_read_makes_the_feed_incomplete()
    {
        foreach (var change in (Action<FileStream>[])[file => file.SetLength(1000), file => file.Write("{\"id\":0}\n"u8)])
        {
            foreach (var format in (FeedFormat[])[Some.Jsonl, Some.Csv])
            {
                using var feed = new FeedOnDisk(Some.Lines(1000));
                using var reader = feed.Open(format, chunkBytes: 100);
                reader.TryReadChunk(new FeedChunk(), CancellationToken.None);
                using (var file = new FileStream(feed.Files[0], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
                {
                    file.Position = file.Length;
                    change(file);
                }

                Should.Throw<FeedIncompleteException>(() => ReadAll(reader)).Message.ShouldContain("changed while it was being read");
            }
        }
    }

    [Fact]
    public void Files_that_are_not_there_are_named()
    {
        using var feed = new FeedOnDisk("1");
        feed.Files.Add(feed.Files[0] + ".missing");
        Should.Throw<FeedUnavailableException>(() => feed.Open(Some.Jsonl)).Message.ShouldContain(".missing");
        Should.Throw<FeedUnavailableException>(() => FeedReaders.Open([], Some.Jsonl, new FeedLimits()));
        Should.Throw<FeedUnavailableException>(() => FeedReaders.Open([Path.GetTempPath()], Some.Jsonl, new FeedLimits()));
    }

    private static void OnThreads(int count, Action<int> work)
    {
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() => work(number))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    private static List<(int Sequence, string Text)> ReadAll(IFeedReader reader)
    {
        var chunk = new FeedChunk();
        var read = new List<(int, string)>();
        while (reader.TryReadChunk(chunk, CancellationToken.None))
            read.AddRange(FeedOnDisk.RecordsOf(chunk).Select(record => (record.Sequence, record.Text)));
        return read;
    }
}
