using System.Diagnostics;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;
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

    [Fact]
    public void A_record_of_too_many_values_is_rejected_with_its_id_whatever_they_are()
    {
        string[] manys =
        [
            string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"n{i}\":1")),
            $"\"x\":[{string.Join(',', Enumerable.Repeat("0", 99_999))}]",
            $"\"name\":[{string.Concat(Enumerable.Repeat("[],", 99_998))}{{}}]",
            $"\"x\":{{{string.Join(',', Enumerable.Repeat("\"\":{}", 99_999))}}}",
        ];
        foreach (var many in manys)
        {
            var mapper = new DocumentMapper(Some.Catalog(), KeyedHash.Derive(new byte[32], "document"));
            var mapped = mapper.Map(Encoding.UTF8.GetBytes($$"""{"id":"1",{{many}}}"""));
            (mapped.Outcome, Encoding.UTF8.GetString(mapped.Id)).ShouldBe((MappingOutcome.Rejected, "1"), many[..20]);
            mapped.Reason.ShouldNotBeNull().ShouldContain("more than 100,000 values");
            mapped.Reason.ShouldContain("`limits: values`");
            mapper.Map(Encoding.UTF8.GetBytes($$"""{{{many}},"id":"1"}""")).Id.IsEmpty.ShouldBeTrue("it comes behind them");
        }
    }

    [Fact]
    public void A_record_of_as_many_values_as_there_may_be_is_a_document_and_what_stands_in_texts_counts_as_nothing()
    {
        var many = string.Join(',', Enumerable.Range(0, 99_998).Select(i => $"\"n{i}\":1"));
        Map(Some.Catalog(), $$"""{"id":"1",{{many}},"name":"{{new string(',', 200_000)}}"}""").Length.ShouldBeGreaterThan(1_000_000);
    }

    [Fact]
    public void What_is_broken_is_called_broken_also_where_there_is_much_of_it()
    {
        var mapper = new DocumentMapper(Some.Catalog(), KeyedHash.Derive(new byte[32], "document"));
        mapper.Map(Encoding.UTF8.GetBytes("{\"id\":\"1\",\"x\":[" + new string(',', 300_000))).Reason.ShouldNotBeNull().ShouldContain("invalid JSON");
        mapper.Map(Encoding.UTF8.GetBytes(new string('[', 300_000))).Reason.ShouldNotBeNull().ShouldContain("deeper than 64");
    }

    private static string ShouldBeQuick(string json, params FieldDefinition[] fields)
    {
        var clock = Stopwatch.StartNew();
        var document = Map(Some.Catalog(fields) with { Limits = new FeedLimits { Values = int.MaxValue } }, json);
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
