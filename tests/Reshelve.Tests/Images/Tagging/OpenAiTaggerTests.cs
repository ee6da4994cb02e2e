using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Images.Tagging;
using Reshelve.Tests.Feeds.Sources;

namespace Reshelve.Tests.Images.Tagging;

public sealed class OpenAiTaggerTests
{
    private const string Answer = """{"tags":[{"name":"red","score":0.9},{"name":"dress","score":0.8}]}""";

    private readonly TaggerBench _bench = new();

    [Fact]
    public async Task A_model_is_shown_the_picture_and_told_what_to_answer()
    {
        await using var server = FaultyServer.Replying(TaggerBench.Chat(Answer));
        _bench.Environment["KEY"] = "sesame";

        var result = await TaggerBench.OneAsync(_bench.OpenAi(server, s => s with { KeyFrom = "KEY", Tags = ["red", "dress", "blue"], Prompt = "What is it?" }));

        result.Tags.ShouldBe([new Tag("red", 0.9), new Tag("dress", 0.8)]);
        var request = server.Requests.Single();
        (request.Target, request["Authorization"]).ShouldBe(("/v1/chat/completions", "Bearer sesame"));
        using var json = JsonDocument.Parse(request.Body);
        json.RootElement.GetProperty("model").GetString().ShouldBe("eye");
        var content = json.RootElement.GetProperty("messages")[0].GetProperty("content");
        content[0].GetProperty("text").GetString()!.ShouldStartWith("What is it?\n\nUse only these tags, spelled as here: red, dress, blue.");
        content[1].GetProperty("image_url").GetProperty("url").GetString().ShouldBe("data:image/png;base64,AQEBAQEBAQEBAQ==");
        var schema = json.RootElement.GetProperty("response_format").GetProperty("json_schema").GetProperty("schema");
        schema.GetProperty("properties").GetProperty("tags").GetProperty("items").GetProperty("properties").GetProperty("name").GetProperty("enum")
            .GetArrayLength().ShouldBe(3);
    }

    [Theory]
    [InlineData(Answer)]
    [InlineData("Sure! Here are the tags:\n```json\n{\"tags\":[{\"name\":\"red\",\"score\":0.9},{\"name\":\"dress\",\"score\":0.8}]}\n```\nEnjoy.")]
    [InlineData("<think>{\"tags\":[\"blue\"]} or [1]?</think>{\"tags\":[{\"name\":\"red\",\"score\":0.9},{\"name\":\"dress\",\"score\":0.8}]}")]
    [InlineData("I see {something} [1]: [{\"tag\":\"red\",\"confidence\":0.9},{\"label\":\"dress\",\"score\":0.8}]")]
    [InlineData("{\"tags\":{\"red\":0.9,\"dress\":0.8}}")]
    [InlineData("{\"red\":0.9,\"dress\":0.8}")]
    public async Task Tags_are_found_in_whatever_a_model_writes_around_them(string content)
    {
        await using var server = FaultyServer.Replying(TaggerBench.Chat(content));

        (await TaggerBench.OneAsync(_bench.OpenAi(server))).Tags.ShouldBe([new Tag("red", 0.9), new Tag("dress", 0.8)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("It is a red dress.")]
    [InlineData("{\"tags\":\"red\"}")]
    [InlineData("[1,2,3]")]
    [InlineData("[{\"name\":\"red\",\"score\":0.9},{\"na")]
    [InlineData("{\"tags\":[\"\\ud800\"]}")]
    public async Task What_holds_no_tags_is_a_debt(string content)
    {
        await using var server = FaultyServer.Replying(TaggerBench.Chat(content));

        var result = await TaggerBench.OneAsync(_bench.OpenAi(server));

        (result.Tags, result.IsTransient).ShouldBe((null, true));
        result.Error!.ShouldContain("no JSON of tags");
    }

    [Fact]
    public async Task Brackets_without_end_cost_no_time()
    {
        await using var server = FaultyServer.Replying(TaggerBench.Chat(new string('[', 1_000_000)));

        (await TaggerBench.OneAsync(_bench.OpenAi(server))).IsTransient.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"choices":[{"finish_reason":"stop","message":{"content":null,"refusal":"I cannot."}}]}""", false, "refused this picture: I cannot.")]
    [InlineData("""{"choices":[{"finish_reason":"content_filter","message":{"content":""}}]}""", false, "content filter")]
    [InlineData("""{"choices":[{"finish_reason":"length","message":{"content":"{\"tags\":[{\"na"}}]}""", false, "was cut off")]
    [InlineData("""{"choices":[]}""", true, "no chat completion")]
    [InlineData("""{"error":{"message":"model is loading"}}""", true, "model is loading")]
    [InlineData("no json", true, "no chat completion")]
    [InlineData("[]", true, "no chat completion")]
    public async Task What_came_instead_of_tags_is_said(string body, bool isTransient, string says)
    {
        await using var server = FaultyServer.Replying(Reply.Feed(body));

        var result = await TaggerBench.OneAsync(_bench.OpenAi(server));

        (result.Tags, result.IsTransient).ShouldBe((null, isTransient));
        result.Error!.ShouldContain(says);
    }

    [Fact]
    public async Task Content_in_parts_is_read()
    {
        await using var server = FaultyServer.Replying(
            Reply.Feed("""{"choices":[{"message":{"content":[{"type":"text","text":"{\"tags\":"},{"type":"text","text":"[\"red\"]}"}]}}]}"""));

        (await TaggerBench.OneAsync(_bench.OpenAi(server))).Tags.ShouldBe([new Tag("red", 1)]);
    }

    [Fact]
    public async Task What_an_endpoint_does_not_take_it_is_not_sent_again()
    {
        await using var server = new FaultyServer((request, _) =>
            TaggerBench.Text(request).Contains("response_format", StringComparison.Ordinal)
                ? Reply.Feed("""{"error":{"message":"Unsupported parameter: 'response_format'"}}""") with { Status = 400 }
                : TaggerBench.Chat(Answer));
        var tagger = _bench.OpenAi(server);

        (await TaggerBench.OneAsync(tagger)).Tags!.Count.ShouldBe(2);
        (await TaggerBench.OneAsync(tagger)).Tags!.Count.ShouldBe(2);

        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_picture_is_refused_for_good_only_by_a_model_that_is_known_to_work()
    {
        await using var server = new FaultyServer((request, _) =>
            TaggerBench.Text(request).Contains("image/tiff", StringComparison.Ordinal)
                ? Reply.Feed("""{"error":{"message":"cannot identify image file"}}""") with { Status = 400 }
                : TaggerBench.Chat(Answer));
        var tagger = _bench.OpenAi(server);
        var tiff = TaggerBench.Picture(1, format: "tiff");

        (await tagger.TagAsync([tiff], default)).Single().IsTransient.ShouldBeTrue();
        await TaggerBench.OneAsync(tagger);
        var result = (await tagger.TagAsync([tiff], default)).Single();

        result.IsTransient.ShouldBeFalse();
        result.Error!.ShouldContain("cannot identify image file");
    }

    [Fact]
    public async Task Another_prompt_model_or_list_is_another_version()
    {
        await using var server = FaultyServer.Replying(TaggerBench.Chat(Answer));
        string Version(Func<TaggerSettings, TaggerSettings> with) => _bench.OpenAi(server, with).Version;

        string[] versions =
        [
            Version(s => s), Version(s => s with { Version = "2" }), Version(s => s with { Prompt = "What?" }), Version(s => s with { Model = "other" }),
            Version(s => s with { Tags = ["a", "b"] }), Version(s => s with { Tags = ["ab"] }), Version(s => s with { LeastScore = 0.5 }),
        ];

        versions.Distinct().Count().ShouldBe(versions.Length);
        Version(s => s with { Tags = ["a", "b"], Retries = 9, Concurrency = 3 }).ShouldBe(Version(s => s with { Tags = ["a", "b"] }));
        versions[0].ShouldStartWith("1:");
    }
}
