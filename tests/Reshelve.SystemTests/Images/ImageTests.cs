using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Reshelve.Images.Decoding.Vips;

namespace Reshelve.SystemTests.Images;

/// <summary>The real program on pictures from a real server, decoded by the real libvips; skipped where that is not installed.</summary>
public sealed class ImageTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly ImageServer _server = new();

    public ImageTests() => Assert.SkipUnless(VipsLibrary.Problem is null, VipsLibrary.Problem ?? "");

    public void Dispose()
    {
        _server.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public async Task Three_hourly_syncs_ask_fetch_and_tag_exactly_what_they_must()
    {
        Define("revalidate: always");
        string First(int i) => $"a/{i}.png";
        for (var i = 0; i < 1000; i++)
            _server.Put(First(i), TinyPng.Of(i));
        Feed(1000, First);
        var first = await SyncAsync();
        Counts(first).ShouldBe((1000, 0, 1000));
        first.Count("added").ShouldBe(1000);
        (_server.Requests, _server.NotModified).ShouldBe((1000, 0));

        _server.ForgetCounts();
        Feed(1000, First);
        Counts(await SyncAsync()).ShouldBe((0, 1000, 0));
        (_server.Requests, _server.NotModified).ShouldBe((1000, 1000));

        _server.ForgetCounts();
        for (var i = 0; i < 10; i++)
            _server.Put(First(i), TinyPng.Of(5000 + i));
        for (var i = 100; i < 120; i++)
            _server.Put($"b/{i}.png", TinyPng.Of(i));
        for (var i = 200; i < 215; i++)
            _server.Put(First(i), TinyPng.Of(i, CompressionLevel.SmallestSize, comment: "compressed anew"));
        Feed(1000, i => i is >= 100 and < 120 ? $"b/{i}.png" : First(i));
        Counts(await SyncAsync()).ShouldBe((45, 955, 10));
        (_server.Requests, _server.NotModified).ShouldBe((1000, 955));
        (await _workspace.RunAsync("verify", "shop")).ShouldEndWith(0);
        var standing = (await _workspace.RunAsync("tags", "shop", "--json")).ShouldEndWith(0).Json;
        (standing.Count("documents"), standing.Count("owed"), standing.Count("tagged")).ShouldBe((1000, 0, 1000));
    }

    [Fact]
    public async Task Pictures_made_to_harm_are_told_with_their_records_and_stop_nothing()
    {
        Define("revalidate: daily");
        var good = TinyPng.Of(1);
        _server.Put("good.png", good);
        _server.Put("truncated.png", good[..(good.Length / 2)]);
        _server.Put("empty.png", []);
        _server.Put("page.jpg", Encoding.UTF8.GetBytes("<!doctype html><html><body>Not found</body></html>"), "image/jpeg");
        _server.Put("huge.png", TinyPng.Plain(30_000, 30_000));
        _server.Put("endless.png", context =>
        {
            context.Response.ContentType = "image/png";
            var chunk = new byte[1 << 16];
            good.CopyTo(chunk, 0);
            while (true)
                context.Response.OutputStream.Write(chunk);
        });
        string[] pictures = ["good.png", "truncated.png", "empty.png", "page.jpg", "huge.png", "endless.png", "missing.png"];
        Feed(pictures.Length, i => pictures[i]);

        var report = await SyncAsync();

        report.Count("added").ShouldBe(pictures.Length);
        report.GetProperty("images").Count("failed").ShouldBe(pictures.Length - 1);
        var failures = report.GetProperty("images").GetProperty("failures").EnumerateArray().ToDictionary(failure => failure.Text("document"), failure => failure.Text("reason"));
        failures.Keys.Order().ShouldBe(["p1", "p2", "p3", "p4", "p5", "p6"]);
        failures["p4"].ShouldContain("900,000,000 pixels");
        failures["p5"].ShouldContain("more than 20,971,520 bytes");
        var failing = (await _workspace.RunAsync("tags", "shop", "--failed", "--json")).ShouldEndWith(0).Lines;
        failing.Count.ShouldBe(pictures.Length - 1);
        (await TagsOf("p0")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Large_pictures_are_shrunk_and_measured()
    {
        Define("revalidate: daily", extra: "renditions: [50w, 200w jpeg]");
        for (var i = 0; i < 12; i++)
            _server.Put($"{i}.png", TinyPng.Of(i, size: 20 + (i * 150)));
        Feed(12, i => $"{i}.png");
        var images = (await SyncAsync()).GetProperty("images");
        (images.Count("decoded"), images.Count("failed"), images.Count("owed")).ShouldBe((12, 0, 0));
    }

    [Fact]
    public async Task The_png_suite_is_told_apart()
    {
        var suite = RealData.PathOf("bad-images/png");
        var files = Directory.EnumerateFiles(suite, "*.png").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToList();
        foreach (var file in files)
            _server.Put(file, File.ReadAllBytes(Path.Combine(suite, file)));
        Define("revalidate: daily");
        Feed(files.Count, i => files[i]);
        (await SyncAsync()).Count("added").ShouldBe(files.Count);
        var failing = (await _workspace.RunAsync("tags", "shop", "--failed", "--json")).ShouldEndWith(0).Lines
            .Select(line => Path.GetFileName(line.Text("location"))).Order(StringComparer.Ordinal);
        failing.ShouldBe(files.Where(file => file[0] == 'x'));
    }

    [Fact]
    public async Task An_address_of_this_machine_is_refused_unless_the_definition_allows_it()
    {
        Define("revalidate: daily", allow: "");
        _server.Put("a.png", TinyPng.Of(1));
        Feed(1, _ => "a.png");
        var report = await SyncAsync();
        (report.Count("added"), report.GetProperty("images").Count("failed"), _server.Requests).ShouldBe((1, 1, 0));
        report.GetProperty("images").GetProperty("failures")[0].Text("reason").ShouldContain("allow hosts");
    }

    [Fact]
    public async Task The_stickers_are_tagged_once_and_found_by_colour()
    {
        var folder = RealData.PathOf("stickers");
        _workspace.WithCatalog("stickers", $$"""
            source: "{{folder}}/stickers.jsonl"
            format: jsonl
            id: id
            fields:
              name: { type: text, boost: 2 }
              keywords: { type: text, list: true }
              char: keyword
              image: image
            images:
              tagger: visual
              renditions: [160w, 640w]
            """);
        var first = (await _workspace.RunAsync("sync", "stickers", "--json")).ShouldEndWith(0).Json;
        var images = first.GetProperty("images");
        (first.Count("added"), images.Count("fetched"), images.Count("failed"), images.Count("owed")).ShouldBe((3530, 3530, 0, 0));

        var second = (await _workspace.RunAsync("sync", "stickers", "--json")).ShouldEndWith(0).Json;
        (second.Text("state"), Fetched(second)).ShouldBe(("done", 0));

        async Task<string[]> Named(string query, string tag) =>
            [.. (await _workspace.RunAsync("search", "stickers", query, "--filter", $"image_tags={tag}", "--limit", "50", "--json")).ShouldEndWith(0).Json
                .GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("document").Text("name"))];
        (await Named("heart", "red")).ShouldContain("red heart");
        (await Named("heart", "blue")).ShouldContain("blue heart");
        (await Named("heart", "green")).ShouldContain("green heart");
        (await Named("heart", "blue")).ShouldNotContain("red heart");
        (await Named("circle", "yellow")).ShouldContain("yellow circle");
    }

    private static long Fetched(JsonElement report) => report.TryGetProperty("images", out var images) ? images.Count("fetched") + images.Count("tagged") : 0;

    private static (long Fetched, long NotModified, long Tagged) Counts(JsonElement report)
    {
        var images = report.GetProperty("images");
        return (images.Count("fetched"), images.Count("notModified"), images.Count("tagged"));
    }

    private async Task<JsonElement> SyncAsync() => (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json;

    private async Task<List<string>> TagsOf(string id)
    {
        var hits = (await _workspace.RunAsync("search", "shop", "--limit", "1000", "--json")).ShouldEndWith(0).Json.GetProperty("hits").EnumerateArray();
        var document = hits.Single(hit => hit.Text("id") == id).GetProperty("document");
        return document.TryGetProperty("photo_tags", out var tags) ? [.. tags.EnumerateArray().Select(tag => tag.GetString()!)] : [];
    }

    private void Define(string photo, string? allow = null, string extra = "") => _workspace.WithCatalog("shop", $$"""
        source: products.jsonl
        format: jsonl
        id: id
        fields:
          name: text
          photo: { type: image, {{photo}} }
        images:
          tagger: visual
          {{allow ?? $"allow hosts: [\"{_server.Host}\"]"}}
          {{extra}}
        """);

    private void Feed(int count, Func<int, string> picture)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < count; i++)
            lines.Append($$"""{"id":"p{{i}}","name":"Product {{i}}","photo":"{{_server.Address}}{{picture(i)}}"}""").Append('\n');
        _workspace.Write("products.jsonl", lines.ToString());
    }
}
