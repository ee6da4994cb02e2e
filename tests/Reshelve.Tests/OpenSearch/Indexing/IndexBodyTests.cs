using System.Text.Json;
using System.Text.Json.Nodes;
using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Indexing;

namespace Reshelve.Tests.OpenSearch.Indexing;

public sealed class IndexBodyTests
{
    [Theory]
    [InlineData("title", """{"type":"text","analyzer":"reshelve"}""")]
    [InlineData("topic", """{"type":"text","analyzer":"reshelve","fields":{"facet":{"type":"keyword","ignore_above":8191}}}""")]
    [InlineData("brand", """{"type":"keyword","ignore_above":8191}""")]
    [InlineData("price", """{"type":"double","coerce":false,"fields":{"facet":{"type":"keyword","ignore_above":8191}}}""")]
    [InlineData("stock", """{"type":"long","coerce":false}""")]
    [InlineData("available", """{"type":"boolean"}""")]
    [InlineData("released", """{"type":"date","format":"strict_date_optional_time","fields":{"facet":{"type":"keyword","ignore_above":8191}}}""")]
    [InlineData("link", """{"type":"keyword","ignore_above":8191}""")]
    [InlineData("dimensions", """{"type":"object","enabled":false}""")]
    [InlineData("other", """{"type":"object","enabled":false}""")]
    [InlineData("reshelve_id", """{"type":"keyword"}""")]
    public void Each_type_has_its_mapping(string field, string mapping) =>
        Body(Shelf.Meta())["mappings"]!["properties"]![field]!.ToJsonString().ShouldBe(mapping);

    [Fact]
    public void A_new_index_is_for_loading_and_has_the_alias_that_it_is_written_through()
    {
        var body = Body(Shelf.Meta());
        body["mappings"]!["dynamic"]!.GetValue<string>().ShouldBe("strict");
        body["mappings"]!["_source"]!.ToJsonString().ShouldBe("""{"enabled":true}""");
        body["mappings"]!["_routing"]!.ToJsonString().ShouldBe("""{"required":false}""");
        body["aliases"]!.ToJsonString().ShouldBe("""{"x.w":{}}""");
        var settings = body["settings"]!["index"]!;
        settings["number_of_shards"]!.GetValue<int>().ShouldBe(3);
        settings["number_of_replicas"]!.GetValue<int>().ShouldBe(0);
        settings["refresh_interval"]!.GetValue<string>().ShouldBe("-1");
        settings["gc_deletes"]!.GetValue<string>().ShouldBe("15m");
        settings["default_pipeline"]!.GetValue<string>().ShouldBe("_none");
        settings["final_pipeline"]!.GetValue<string>().ShouldBe("_none");
        settings["translog.durability"]!.GetValue<string>().ShouldBe("request");
    }

    [Fact]
    public void What_an_index_says_of_itself_is_read_again()
    {
        var meta = Shelf.Meta();
        using var body = JsonDocument.Parse(IndexBody.Write(meta, "x.w", 1));
        var read = IndexMeta.Read(body.RootElement.GetProperty("mappings").GetProperty("_meta").GetProperty("reshelve"));
        read.ShouldNotBeNull();
        read.IsSame(meta).ShouldBeTrue();
        read.Outdated.ShouldBeNull();
        read.Origin.Definition.ShouldBe("abc");
        read.Schema.Signature.ShouldBe(meta.Schema.Signature);
        read.Schema.Fields.ShouldBe(meta.Schema.Fields);
    }

    [Theory]
    [InlineData("""{"format":2,"owner":"we","catalog":"shop","created":"2026-01-01T00:00:00Z","more":{}}""", true)]
    [InlineData("""{"format":1,"owner":"we","catalog":"shop","created":"2026-01-01T00:00:00Z"}""", false)]
    [InlineData("""{"format":2,"catalog":"shop","created":"2026-01-01T00:00:00Z"}""", false)]
    [InlineData("""{"format":"2"}""", false)]
    [InlineData("[]", false)]
    public void Another_format_is_known_as_ours_and_as_outdated_and_nonsense_as_nobody_s(string json, bool isKnown)
    {
        using var document = JsonDocument.Parse(json);
        var meta = IndexMeta.Read(document.RootElement);
        (meta is not null).ShouldBe(isKnown);
        if (meta is not null)
            meta.Outdated!.ShouldContain("format 2");
    }

    [Theory]
    [InlineData(0L, 1)]
    [InlineData(30L << 30, 1)]
    [InlineData((30L << 30) + 1, 2)]
    [InlineData(300L << 30, 10)]
    public void There_is_one_shard_for_thirty_gigabytes(long bytes, int shards) => IndexBody.ShardsFor(bytes).ShouldBe(shards);

    [Fact]
    public void A_wide_schema_raises_the_limit_of_fields()
    {
        var fields = Enumerable.Range(0, 3000).Select(i => Shelf.Field($"f{i}.x", FieldType.Number) with { Facet = true }).ToList();
        var body = Body(Shelf.Meta() with { Schema = new IndexSchema(fields) });
        body["settings"]!["index"]!["mapping.total_fields.limit"]!.GetValue<int>().ShouldBeGreaterThan(9000);
    }

    private static JsonNode Body(IndexMeta meta) => Shelf.Json(IndexBody.Write(meta, "x.w", 3));
}
