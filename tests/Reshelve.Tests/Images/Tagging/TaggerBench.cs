using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Feeds;
using Reshelve.Images.Tagging;
using Reshelve.Tests.Feeds.Sources;

namespace Reshelve.Tests.Images.Tagging;

/// <summary>Taggers with a clock and an environment of the test's own, and pictures for them.</summary>
internal sealed class TaggerBench
{
    public static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(10);

    public SteppedTime Time { get; } = new(TimeSpan.FromMinutes(5));

    public Dictionary<string, string> Environment { get; } = [];

    public ITagger Tagger(TaggerSettings settings) =>
        Taggers.Create(settings, Time, name => Environment.GetValueOrDefault(name), _ => throw new InvalidOperationException())!;

    public ITagger Http(FaultyServer server, Func<TaggerSettings, TaggerSettings>? with = null) =>
        Tagger((with ?? (s => s))(new TaggerSettings { Kind = TaggerKind.Http, Url = server.Address("/tag"), Timeout = LongTimeout, Concurrency = 1 }));

    public ITagger OpenAi(FaultyServer server, Func<TaggerSettings, TaggerSettings>? with = null) =>
        Tagger((with ?? (s => s))(new TaggerSettings
        {
            Kind = TaggerKind.OpenAi, Url = server.Address("/v1"), Model = "eye", Timeout = LongTimeout, Concurrency = 1,
        }));

    public static TaggerPicture Picture(int number, int bytes = 10, string format = "png") => new(
        number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture),
        new PictureFacts { Format = format, Width = 4, Height = 3, PixelHash = "", Features = new VisualFeatures() },
        _ => Task.FromResult<ReadOnlyMemory<byte>>(Enumerable.Repeat((byte)number, bytes).ToArray()));

    public static IReadOnlyList<TaggerPicture> Pictures(int count, int bytes = 10) => [.. Enumerable.Range(1, count).Select(n => Picture(n, bytes))];

    /// <summary>The ids of the pictures of a request.</summary>
    public static IReadOnlyList<string> Ids(RecordedRequest request)
    {
        using var json = JsonDocument.Parse(request.Body);
        return [.. json.RootElement.GetProperty("pictures").EnumerateArray().Select(p => p.GetProperty("id").GetString()!)];
    }

    /// <summary>An answer that calls every picture red.</summary>
    public static Reply Red(RecordedRequest request) => Reply.Feed(JsonSerializer.Serialize(
        new { tagger_contract = 1, pictures = Ids(request).Select(id => new { id, tags = new[] { new { name = "red", score = 0.9 } } }) }));

    /// <summary>An answer with one entry, in which # stands for the picture's id.</summary>
    public static Func<RecordedRequest, int, Reply> Saying(string entry) =>
        (request, _) => Reply.Feed($$"""{"pictures":[{{entry.Replace("#", Ids(request)[0], StringComparison.Ordinal)}}]}""");

    /// <summary>A chat completion.</summary>
    public static Reply Chat(string content, string finish = "stop") => Reply.Feed(JsonSerializer.Serialize(
        new { choices = new[] { new { index = 0, finish_reason = finish, message = new { role = "assistant", content } } } }));

    public static async Task<TagResult> OneAsync(ITagger tagger) => (await tagger.TagAsync([Picture(1)], default)).Single();

    public static string Text(RecordedRequest request) => Encoding.UTF8.GetString(request.Body);
}
