using Reshelve.Catalogs;

namespace Reshelve.Tests.Catalogs;

public sealed class ImageDefinitionTests
{
    private const string Least = "source: feeds/a.jsonl\nformat: jsonl\nid: id\nfields:\n  photo: { type: image, list: true, revalidate: 12h }\n  hero: { type: image, version: stamp }\n  stamp: keyword\n";

    [Fact]
    public void Everything_about_images_is_read()
    {
        using var workspace = new TemporaryWorkspace().With("catalogs/a.yaml", Least + """
            images:
              tagger: { type: openai, url: "http://localhost:11434/v1", model: llava, prompt: "What is this?", tags: [shirt, shoe], key from: MODEL_KEY, rate: 2.5, timeout: 30s }
              renditions: [160w, 640w jpeg 85]
              searchable: false
              keep: false
              allow hosts: ["cdn.internal", "10.0.0.5:8080"]
              size: 5 MiB
              pixels: 40000000
              budget: 100
            """);

        var definition = workspace.Load().Catalogs.ShouldHaveSingleItem();

        definition.Fields.Single(field => field.Name == "photo").Revalidate.ShouldBe(TimeSpan.FromHours(12));
        definition.Fields.Single(field => field.Name == "hero").PictureVersion.ShouldBe("stamp");
        var images = definition.Images!;
        (images.Tagger.Kind, images.Tagger.Model, images.Tagger.KeyFrom, images.Tagger.Rate, images.Tagger.Timeout).ShouldBe(
            (TaggerKind.OpenAi, "llava", "MODEL_KEY", 2.5, TimeSpan.FromSeconds(30)));
        images.Tagger.Tags.ShouldBe(["shirt", "shoe"]);
        images.Renditions.ShouldBe([new RenditionSpec("160w", 160, RenditionFormat.Webp), new RenditionSpec("640w jpeg 85", 640, RenditionFormat.Jpeg, 85)]);
        (images.Searchable, images.Keep, images.Bytes, images.Pixels, images.Budget).ShouldBe((false, false, 5L << 20, 40_000_000L, 100));
        images.AllowedHosts.ShouldBe(["cdn.internal", "10.0.0.5:8080"]);
    }

    [Theory]
    [InlineData("tagger: magic", "images.tagger", "is none of the taggers")]
    [InlineData("tagger: http", "images.tagger", "needs a 'url'")]
    [InlineData("tagger: { type: http }", "images.tagger", "lacks 'url'")]
    [InlineData("tagger: { type: openai, url: 'http://a' }", "images.tagger", "lacks 'model'")]
    [InlineData("tagger: { type: visual, model: x }", "images.tagger.model", "is nothing that this tagger needs")]
    [InlineData("tagger: { type: http, url: 'http://me:secret@a/' }", "images.tagger.url", "holds a user or password")]
    [InlineData("tagger: { type: http, url: 'ftp://a' }", "images.tagger.url", "is no http(s) address")]
    [InlineData("renditions: [wide]", "images.renditions", "is no size")]
    [InlineData("renditions: [0w]", "images.renditions", "is no size")]
    [InlineData("renditions: [160w, 160w]", "images.renditions", "is written twice")]
    [InlineData("renditions: [160w gif]", "images.renditions", "is no size")]
    [InlineData("allow hosts: ['127.0.0.0/8']", "images.allow hosts", "has '127.0.0.0/8', which is no host")]
    [InlineData("allow hosts: ['*']", "images.allow hosts", "has '*', which is no host")]
    [InlineData("allow hosts: ['a:99999']", "images.allow hosts", "has 'a:99999', which is no host")]
    [InlineData("tagger: { type: visual, version: 2 }", "images.tagger.version", "is nothing that this tagger needs")]
    [InlineData("size: 1", "images.size", "is out of bounds")]
    public void What_is_wrong_with_images_is_told_with_its_place(string line, string path, string problem)
    {
        using var workspace = new TemporaryWorkspace().With("catalogs/a.yaml", Least + $"images:\n  {line}\n");
        var error = workspace.Load().Errors.ShouldHaveSingleItem();
        (error.Path, error.Problem).ShouldBe((path, problem));
        (error.Remedy + error.Problem).ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("source: a\nformat: jsonl\nid: id\nfields:\n  a: text\nimages: { tagger: none }\n", "images", "no field is of type image")]
    [InlineData("source: a\nformat: jsonl\nid: id\nfields:\n  a: image\n  a_tags: keyword\nimages: { tagger: none }\n", "fields.a_tags", "the name of a field that 'images' adds")]
    [InlineData("source: a\nformat: jsonl\nid: id\nfields:\n  a: { type: image, version: b }\n", "fields.a.version", "is no other declared field")]
    [InlineData("source: a\nformat: jsonl\nid: id\nfields:\n  a: { type: text, revalidate: daily }\n", "fields.a.revalidate", "is for image fields")]
    [InlineData("source: a\nformat: jsonl\nid: id\nfields:\n  a: { type: image, revalidate: sometimes }\n", "fields.a.revalidate", "is none of them")]
    public void What_does_not_fit_together_is_told(string yaml, string path, string problem)
    {
        var error = TemporaryWorkspace.Error(yaml);
        error.Path.ShouldBe(path);
        error.Problem.ShouldContain(problem);
    }

    [Theory]
    [InlineData("never", null)]
    [InlineData("always", 0)]
    [InlineData("daily", 24)]
    [InlineData("7d", 168)]
    public void How_often_a_picture_is_asked_for_again_is_a_word_or_a_time(string text, int? hours)
    {
        using var workspace = new TemporaryWorkspace().With("catalogs/a.yaml", $"source: a\nformat: jsonl\nid: id\nfields:\n  a: {{ type: image, revalidate: {text} }}\n");
        workspace.Load().Catalogs.ShouldHaveSingleItem().Fields[0].Revalidate.ShouldBe(hours is { } many ? TimeSpan.FromHours(many) : null);
    }
}
