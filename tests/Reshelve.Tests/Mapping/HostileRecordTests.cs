using System.Diagnostics;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Hashing;
using Reshelve.Mapping;

namespace Reshelve.Tests.Mapping;

/// <summary>Records made to be slow: what they cost may grow with their size, not with its square.</summary>
public sealed class HostileRecordTests
{
    [Fact]
    public void A_record_that_repeats_a_wanted_name_very_often_is_read_in_one_go()
    {
        var repeated = string.Concat(Enumerable.Range(0, 500_000).Select(i => $"\"name\":\"{i}\",\"tags\":[\"x\"],"));
        ShouldBeQuick($$"""{{{repeated}}"id":"1"}""").ShouldBe("""{"name":"499999","tags":["x"]}""");
    }

    [Fact]
    public void A_record_whose_repeated_names_alternate_is_read_in_one_go()
    {
        var names = Enumerable.Range(0, 100).Select(i => Some.Field($"f{i}")).ToArray();
        var repeated = string.Concat(Enumerable.Range(0, 300_000).Select(i => $"\"f{i % 100}\":\"{i}\","));
        ShouldBeQuick($$"""{{{repeated}}"id":"1"}""", names).ShouldContain("\"f99\":\"299999\"");
    }

    [Fact]
    public void A_record_that_repeats_an_unwanted_name_very_often_is_read_in_one_go()
    {
        var repeated = string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $"\"x\":{i},"));
        ShouldBeQuick($$"""{{{repeated}}"id":"1"}""").ShouldBe("""{"other":{"x":999999}}""");
    }

    [Fact]
    public void A_record_of_a_hundred_thousand_nested_lists_is_read_in_one_go()
    {
        var nested = string.Concat(Enumerable.Repeat(new string('[', 60) + new string(']', 60) + ",", 100_000));
        ShouldBeQuick($$"""{"id":"1","x":[{{nested}}0]}""").Length.ShouldBeGreaterThan(nested.Length);
    }

    [Fact]
    public void A_record_of_deeply_nested_objects_is_read_in_one_go()
    {
        var nested = string.Concat(Enumerable.Repeat("{\"b\":1,\"a\":", 60)) + "0" + new string('}', 60);
        var sorted = string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "0" + string.Concat(Enumerable.Repeat(",\"b\":1}", 60));
        var list = string.Join(',', Enumerable.Repeat(nested, 10_000));
        ShouldBeQuick($$"""{"id":"1","x":[{{list}}]}""")
            .ShouldBe($$$"""{"other":{"x":[{{{string.Join(',', Enumerable.Repeat(sorted, 10_000))}}}]}}""");
    }

    [Fact]
    public void Of_repeated_members_that_nobody_wants_the_last_one_counts_and_an_emptied_one_leaves_nothing()
    {
        var definition = Some.Catalog(new FieldDefinition { Name = "a", From = FieldPath.Parse("o.a"), Type = FieldType.Text });
        Map(definition, """{"o":{"a":"1","z":2},"id":"1","o":{"a":"2"}}""").ShouldBe("""{"a":"2"}""");
        Map(definition, """{"y":1,"x":{},"id":"1","y":[2,{"d":1,"c":2,"d":3}]}""").ShouldBe("""{"other":{"x":{},"y":[2,{"c":2,"d":3}]}}""");
        Map(definition, """{"o":7,"id":"1","\u0061":"{","b\n":"}"}""").ShouldBe("""{"other":{"a":"{","b\n":"}","o":7}}""");
    }

    [Fact]
    public void Of_repeated_objects_and_lists_only_the_last_one_counts_also_inside_others()
    {
        var definition = Some.Catalog(
            new FieldDefinition { Name = "a", From = FieldPath.Parse("o.a"), Type = FieldType.Text },
            new FieldDefinition { Name = "b", From = FieldPath.Parse("l.b"), Type = FieldType.Text, List = true });
        var json = """{"o":{"a":"1","a":"2"},"l":[{"b":"x","b":"y"},{"b":"z"}],"id":"1","o":{"c":3},"l":[{"b":"v"},{"b":"w","b":"u"}]}""";
        Map(definition, json).ShouldBe("""{"b":["v","u"],"other":{"l":[{},{}],"o":{"c":3}}}""");
    }

    private static string ShouldBeQuick(string json, params FieldDefinition[] fields)
    {
        var clock = Stopwatch.StartNew();
        var document = Map(Some.Catalog(fields), json);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        return document;
    }

    private static string Map(CatalogDefinition definition, string json)
    {
        var mapped = new DocumentMapper(definition, KeyedHash.Derive(new byte[32], "document")).Map(Encoding.UTF8.GetBytes(json));
        mapped.Outcome.ShouldBe(MappingOutcome.Document, mapped.Reason);
        return Encoding.UTF8.GetString(mapped.Document);
    }
}
