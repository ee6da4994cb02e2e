using System.Collections.Concurrent;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

/// <summary>
/// Files that several threads cut by ranges, against the slicer that goes through them from beginning to end: the same records at
/// the same places, and the same errors in the same words, whatever the guesses.
/// </summary>
public sealed partial class RangePropertyTests
{
    private static readonly Gen<int> RangeBytes = Gen.OneOf(Gen.Choose(1, 40), Gen.Choose(41, 400), Gen.Constant(FeedReaders.ChunkBytes));
    private static readonly Gen<int> Threads = Gen.Elements(1, 1, 1, 2, 3, 4);

    private static readonly string[] JsonPieces =
    [
        "{\"id\":1}", "{\"id\":2,\"a\":[{\"id\":3},{\"id\":4}]}", "{\"id\":\"},{\\\"id\\\":\"}", "{\"id\":[[],[{}]]}", "[{\"id\":5},{\"id\":6}]",
        "7", "\"a,\\\\\"", "\"\\\\\\\"\"", "null", ",", ",", ",\n", " , ", "\n  ", "{", "}", "[", "]", "\"", "\\", "\u00fc", "\ufeff", "\0",
        "{\"id\":8,\"t\":\"" + new string('x', 90) + "\"}", new string(' ', 70),
    ];

    private static readonly string[] XmlPieces =
    [
        "<item><id>1</id></item>", "<item><item>2</item></item>", "<item id='</item>'/>", "<item id=\"3\" t='>'/>", "<item/>",
        "<item><![CDATA[</item><item>]]></item>", "<!-- </item><item> -->", "<?p <item> ?>", "<other><item/></other>", "<n>7</n>",
        "<item a=\"it's\" b='\"'>it's <b/>\"</item>", "</list>", "<list>", "</r>", "<r>", "<item>", "</item>", "text", "\n  ", "<", ">", "]]>",
        "<!", "<!DOCTYPE x>", "<![CDATA[ x ]]>", "<a></b></item>", "\u00fc", "<item>" + new string('x', 90) + "</item>", "<x:item/>",
        "<item></a/></item>", "<item></></item>", new string(' ', 70),
    ];

    private static readonly string[] CsvPieces =
    [
        "1,a,b\n", "2,\"x\ny\",c\r\n", "3,\"p\n4,q,r\n\",d\n", "5,\"\"\"\n\"\"\",e\n", "6,5\" pipe,f\n", "\n", "\r\n", "\"", ",", "\n\n", "7\n", "\"\n\"",
        "8,\"" + new string('x', 90) + "\",g\n", "\u00fc", "\0", "\r", "9,\",\n,\",\"\"\n",
    ];

    public static TheoryData<FeedFormatKind> Kinds => [FeedFormatKind.Json, FeedFormatKind.Xml, FeedFormatKind.Csv];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ranges_give_what_one_slicer_gives_for_hostile_text(FeedFormatKind kind)
    {
        var values = Texts(kind).Zip(RangeBytes).Zip(Threads);
        Property.Holds(values, value =>
        {
            var (((format, bytes), size), threads) = value;
            Compare(format, bytes, new FeedLimits(), size, threads);
        }, times: 1000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ranges_give_what_one_slicer_gives_for_records_over_the_limit(FeedFormatKind kind)
    {
        var values = Texts(kind).Zip(RangeBytes).Zip(Threads).Zip(Gen.Choose(1, 100));
        Property.Holds(values, value =>
        {
            var ((((format, bytes), size), threads), limit) = value;
            using var feed = new FeedOnDisk(bytes);
            var limits = new FeedLimits { RecordBytes = limit };
            var expected = ReadInOrder(feed, format, limits, size);
            var found = ReadByRanges(feed, format, limits, size, threads);

            // Whether a record without an end counts as one over the limit depends on how much of it was read at once.
            found.Error?.Split(':')[0].ShouldBe(expected.Error?.Split(':')[0]);
            if (expected.Error is null)
                found.Records.ShouldBe(expected.Records);
        }, times: 500);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ranges_of_every_size_give_what_one_slicer_gives(FeedFormatKind kind)
    {
        var (format, text, _) = Some.Feed(kind);
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var size = 1; size <= bytes.Length + 1; size++)
            Compare(format, bytes, new FeedLimits(), size, threads: 1 + (size % 4));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_cut_off_file_is_the_same_error_by_ranges(FeedFormatKind kind)
    {
        var (format, text, _) = Some.Feed(kind);
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var length = 0; length < bytes.Length; length++)
        {
            foreach (var size in (int[])[7, 64, 100])
                Compare(format, bytes[..length], new FeedLimits(), size, threads: 2);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Guesses_are_right_in_a_usual_feed(FeedFormatKind kind)
    {
        var records = Enumerable.Range(0, 2000).Select(i => kind switch
        {
            FeedFormatKind.Csv => $"{i},\"p {i}\n5\"\" wide, blue\n\",{new string('x', i % 200)}\n",
            FeedFormatKind.Xml => $"<item a=\"{i}\"><id>{i}</id><![CDATA[{new string('<', i % 200)}]]><!-- {i} --></item>\n",
            _ => $"{{\"id\":{i},\"variants\":[{{\"id\":1}},{{\"id\":2}},{{\"id\":3}}],\"t\":\"{new string(']', i % 200)}\"}},",
        });
        var format = kind == FeedFormatKind.Xml ? Some.XmlAt("r.item") : Formats(kind)[0];
        using var feed = new FeedOnDisk(Wrap(format, string.Concat(records)));
        using var part = Guessing(feed, format, new FeedLimits(), size: 4096);
        var chunk = new FeedChunk();
        var count = 0;
        while (part.TryRead(chunk, CancellationToken.None))
            count += chunk.Count;
        count.ShouldBe(2000);
        part.WrongGuesses.ShouldBe(0);
        part.Guesses.ShouldBeGreaterThanOrEqualTo(part.Chunks - 2);
    }

    /// <summary>Mostly a feed of that kind, with pieces that do not belong where they are.</summary>
    private static Gen<(FeedFormat Format, byte[] Bytes)> Texts(FeedFormatKind kind)
    {
        var pieces = kind switch
        {
            FeedFormatKind.Json => JsonPieces,
            FeedFormatKind.Xml => XmlPieces,
            _ => CsvPieces,
        };

        // The first few are whole records or harmless; a text of these alone has many records.
        var tame = kind switch { FeedFormatKind.Json => 8, FeedFormatKind.Xml => 9, _ => 5 };
        var separator = kind == FeedFormatKind.Json ? Gen.Elements(",", ",", ",", ",\n", " , ") : Gen.Elements("", "\n", "");
        var piece = Gen.Frequency((30, Gen.Elements(pieces[..tame])), (1, Gen.Elements(pieces))).Zip(separator, (text, after) => text + after);
        var same = Gen.Elements(pieces[..tame]).Zip(Gen.Choose(0, 40)).Zip(separator, (text, after) =>
            string.Concat(Enumerable.Repeat(text.Item1 + after, text.Item2)));
        var body = Gen.OneOf(piece, same).ListOf().Select(string.Concat);
        var wild = Gen.Elements(pieces).ListOf().Select(string.Concat);
        var text = Gen.Frequency((8, body.Select(inner => (Text: inner, Wrap: true))), (2, wild.Select(inner => (Text: inner, Wrap: false))));
        return text.Zip(Gen.Elements(Formats(kind))).Zip(Gen.Choose(0, 300), (made, cut) =>
        {
            var whole = made.Item1.Wrap ? Wrap(made.Item2, made.Item1.Text) : made.Item1.Text;
            var bytes = Encoding.UTF8.GetBytes(whole);
            return (made.Item2 with { Encoding = FeedEncoding.Utf8 }, cut < 30 ? bytes[..Math.Max(0, bytes.Length - cut)] : bytes);
        });
    }

    private static FeedFormat[] Formats(FeedFormatKind kind) => kind switch
    {
        FeedFormatKind.Json => [Some.Json, Some.JsonAt("a.list"), Some.JsonAt("list", "n")],
        FeedFormatKind.Xml => [Some.Xml, Some.XmlAt("r.list.item"), Some.XmlAt("r.item", "r.n"), Some.XmlAt("r.item", "r.@n"), Some.XmlAt("item")],
        _ => [Some.Csv, Some.Csv with { Delimiter = ';' }],
    };

    private static string Wrap(FeedFormat format, string inner)
    {
        var records = format.Records?.ToString();
        return (format.Kind, records) switch
        {
            (FeedFormatKind.Csv, _) => "a,b,c\n" + inner,
            (FeedFormatKind.Json, null) => " [" + inner.TrimEnd(',', '\n', ' ') + "] \n",
            (FeedFormatKind.Json, "list") => "{\"n\":12,\"list\":[" + inner.TrimEnd(',', '\n', ' ') + "],\"o\":[{\"id\":1},{\"id\":2}]}",
            (FeedFormatKind.Json, _) => "{\"x\":[{\"id\":1},{\"id\":2}],\"a\":{\"list\":[" + inner + "{}],\"y\":[1,2]}}",
            (_, "r.list.item") => "<?xml version='1.0'?><r><list>" + inner + "</list><list>" + inner + "</list></r>\n",
            (_, "item") => "<item>" + inner + "</item>",
            _ => "<r n='4'><n>12</n>" + inner + "</r>",
        };
    }

    private static void Compare(FeedFormat format, byte[] bytes, FeedLimits limits, int size, int threads)
    {
        using var feed = new FeedOnDisk(bytes);
        var expected = ReadInOrder(feed, format, limits, size);
        var found = ReadByRanges(feed, format, limits, size, threads);
        found.Error.ShouldBe(expected.Error);
        if (expected.Error is null)
            found.Records.ShouldBe(expected.Records);
        else
            found.Records.ShouldBeSubsetOf(ReadInOrder(feed, format, limits, size: 1).Records);
    }

    /// <summary>From its beginning to its end, by one slicer; of a broken file also what is found before the error.</summary>
    private static Outcome ReadInOrder(FeedOnDisk feed, FeedFormat format, FeedLimits limits, int size)
    {
        var options = new FeedPartOptions(format, limits, size, new ExpansionLimit(limits), new XmlNamespaces());
        using var file = new FeedFile(feed.Files[0]);
        var mark = MarkOf(feed);
        var slicer = RecordSlicer.Create(feed.Files[0], options);
        var window = new SequentialWindow(new FileSource(file, mark), options, mark);
        return Collect(records =>
        {
            for (var ended = false; !ended;)
            {
                var chunk = new FeedChunk();
                window.Attach(chunk, CancellationToken.None);
                try
                {
                    ended = ReadChunk(window, slicer, feed.Files[0]);
                }
                finally
                {
                    for (var i = 0; i < chunk.Count; i++)
                        records.Add(SliceOf(chunk[i], window.Position(chunk.Records[i].Start), chunk.TooLarge == i, slicer.Context));
                }

                window.Detach(slicer.Context);
            }
        });
    }

    /// <summary>True: the text is at its end.</summary>
    private static bool ReadChunk(SequentialWindow window, RecordSlicer slicer, string path)
    {
        do
        {
            slicer.Scan(window);
            if (window.IsClosed)
                return false;
            if (!window.IsLast)
                continue;
            slicer.Complete(window);
            return true;
        }
        while (!window.HasRecords && window.TryExtend(path, CancellationToken.None));
        return false;
    }

    /// <summary>One thread alone would guess nothing, so it is made to; several meet as they happen to.</summary>
    private static Outcome ReadByRanges(FeedOnDisk feed, FeedFormat format, FeedLimits limits, int size, int threads)
    {
        if (threads == 1)
        {
            using var part = Guessing(feed, format, limits, size);
            return Collect(records =>
            {
                var chunk = new FeedChunk();
                while (part.TryRead(chunk, CancellationToken.None))
                    Add(records, chunk);
                part.IsSettled.ShouldBeTrue();
            });
        }

        using var reader = feed.Open(format, limits, size);
        return Collect(records => Run(threads, () =>
        {
            var chunk = new FeedChunk();
            while (reader.TryReadChunk(chunk, CancellationToken.None))
                Add(records, chunk);
        }));
    }

    private static RecordRangePart Guessing(FeedOnDisk feed, FeedFormat format, FeedLimits limits, int size) =>
        new(
            new FeedFile(feed.Files[0]),
            MarkOf(feed),
            new FeedPartOptions(format, limits, size, new ExpansionLimit(limits), new XmlNamespaces())) { GuessesAlways = true };

    private static int MarkOf(FeedOnDisk feed) => File.ReadAllBytes(feed.Files[0]).AsSpan().StartsWith("\ufeff"u8) ? 3 : 0;

    private static Outcome Collect(Action<ConcurrentBag<Slice>> read)
    {
        var records = new ConcurrentBag<Slice>();
        string? error = null;
        try
        {
            read(records);
        }
        catch (ReshelveException exception)
        {
            error = $"{exception.GetType().Name}: {Quoted().Replace(exception.Message, "'...'")}";
        }

        return new Outcome([.. records.OrderBy(record => record.Position)], error);
    }

    private static void Run(int threads, Action read)
    {
        var errors = new ConcurrentQueue<Exception>();
        var others = Enumerable.Range(1, threads - 1).Select(_ => new Thread(Guarded)).ToList();
        others.ForEach(thread => thread.Start());
        Guarded();
        others.ForEach(thread => thread.Join());
        if (errors.TryDequeue(out var first))
        {
            errors.ShouldAllBe(error => error.Message == first.Message);
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        void Guarded()
        {
            try
            {
                read();
            }
            catch (Exception exception)
            {
                errors.Enqueue(exception);
            }
        }
    }

    private static void Add(ConcurrentBag<Slice> records, FeedChunk chunk)
    {
        for (var i = 0; i < chunk.Count; i++)
            records.Add(SliceOf(chunk[i], chunk.Offset + chunk.Records[i].Start, chunk.TooLarge == i, chunk.Context));
    }

    /// <summary>How much is kept of a record over the limit depends on how the file is read.</summary>
    private static Slice SliceOf(ReadOnlySpan<byte> bytes, long position, bool tooLarge, RecordContext context) =>
        new(position, tooLarge ? "" : Encoding.Latin1.GetString(bytes), tooLarge, string.Join('|', context.Columns));

    /// <summary>How many bytes are quoted from what should not be there depends on how the file is read, too.</summary>
    [System.Text.RegularExpressions.GeneratedRegex("(?<=begins with |then comes )'.*'(?= \\(byte)", System.Text.RegularExpressions.RegexOptions.Singleline)]
    private static partial System.Text.RegularExpressions.Regex Quoted();

    private sealed record Slice(long Position, string Bytes, bool TooLarge, string Columns);

    private sealed record Outcome(List<Slice> Records, string? Error);
}
