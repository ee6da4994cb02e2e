using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

public sealed class XmlFeedTests
{
    [Fact]
    public void Without_a_path_every_child_of_the_root_is_a_record()
    {
        using var feed = new FeedOnDisk("<?pi?><!-- <x/> --><r a='<b/>'>text<a>1</a>\n<b x=\">\"/> tail <c><a/></c><![CDATA[<d/>]]></r> <!-- end -->\n");
        for (var size = 1; size < 70; size++)
            feed.ReadTexts(Some.Xml, chunkBytes: size).ShouldBe(["<a>1</a>", "<b x=\">\"/>", "<c><a/></c>"]);
    }

    [Fact]
    public void A_path_leads_from_the_root_to_the_records_by_names_as_written()
    {
        const string Text = "<a><item/><b><item>1</item><g:item>2</g:item><b><item>no</item></b></b><b><item>3</item></b></a>";
        using var feed = new FeedOnDisk(Text);
        feed.ReadTexts(Some.XmlAt("a.b.item")).ShouldBe(["<item>1</item>", "<item>3</item>"]);
        feed.ReadTexts(Some.XmlAt("a.b.g:item")).ShouldBe(["<g:item>2</g:item>"]);
        feed.ReadTexts(Some.XmlAt("a")).ShouldBe([Text]);
        feed.ReadTexts(Some.XmlAt("a.none")).ShouldBeEmpty();
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_refused_with_the_elements_that_are_there()
    {
        using var feed = new FeedOnDisk("<feed><entry/><meta/><entry/></feed>");
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.XmlAt("rss.channel.item"))).Message.ShouldContain("<feed>");
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.XmlAt("feed.channel.item"))).Message.ShouldContain("<entry>, <meta>");
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.XmlAt("other"))).Message.ShouldContain("<feed>");
    }

    [Theory]
    [InlineData("<!DOCTYPE r><r><i/></r>")]
    [InlineData("<r><i><!DOCTYPE x></i></r>")]
    [InlineData("<r><i/></r><!DOCTYPE r>")]
    [InlineData("<!ENTITY a \"b\"><r/>")]
    [InlineData("<r><![INCLUDE[x]]></r>")]
    public void Declarations_are_refused_wherever_they_stand(string text)
    {
        using var feed = new FeedOnDisk(text);
        foreach (var size in (int[])[1, 64, FeedReaders.ChunkBytes])
            Should.Throw<FeedRefusedException>(() => feed.Read(Some.Xml, chunkBytes: size)).Message.ShouldContain("DOCTYPE");
    }

    [Theory]
    [InlineData("<r><i/></r><r/>")]
    [InlineData("<r><i/></r>x")]
    [InlineData("<r><i/></r></r>")]
    [InlineData("<r><i/></r><![CDATA[]]>")]
    [InlineData("<r><i></r>")]
    [InlineData("<r><i/></s>")]
    [InlineData("<r><i/>")]
    [InlineData("<r><i/></r><!-- ")]
    [InlineData("<r><i/></r><")]
    [InlineData("<?xml version='1.0'?> <!-- -->")]
    public void XML_that_is_not_closed_or_goes_on_after_its_root_is_incomplete(string text)
    {
        using var feed = new FeedOnDisk(text);
        Should.Throw<FeedIncompleteException>(() => feed.Read(Some.Xml, chunkBytes: 64)).Message.ShouldContain(feed.Files[0]);
    }

    [Theory]
    [InlineData("{\"id\":1}")]
    [InlineData("</r>")]
    [InlineData("<![CDATA[x]]><r/>")]
    public void What_is_not_XML_is_refused(string text)
    {
        using var feed = new FeedOnDisk(text);
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.Xml)).Message.ShouldContain("not XML");
    }

    [Theory]
    [InlineData("<r><count> 2 </count><i/><i/></r>", "r.count")]
    [InlineData("<r><i/><i/><count><![CDATA[]]>2</count></r>", "r.count")]
    [InlineData("<r n='1' count=\"2\"><i/><i><count>7</count></i></r>", "r.@count")]
    [InlineData("<r><meta total='2'/><i/><i/></r>", "r.meta.@total")]
    [InlineData("<r><meta><x/><total>2</total></meta><i/><i/></r>", "r.meta.total")]
    public void The_count_may_stand_in_an_element_or_an_attribute_around_the_records(string text, string count)
    {
        foreach (var (stated, complete) in ((string, bool)[])[(text, true), (text.Replace("<i/>", "<i/><i/>", StringComparison.Ordinal), false)])
        {
            using var feed = new FeedOnDisk(stated);
            var read = () => feed.Read(Some.XmlAt("r.i", count), chunkBytes: 64);
            if (complete)
                read().Count.ShouldBe(2);
            else
                read.ShouldThrow<FeedIncompleteException>().Message.ShouldContain($"'{count}'");
        }
    }

    [Fact]
    public void A_count_that_is_missing_makes_the_feed_incomplete()
    {
        using var feed = new FeedOnDisk("<r><i><count>1</count></i></r>");
        Should.Throw<FeedIncompleteException>(() => feed.Read(Some.XmlAt("r.i", "r.count"))).Message.ShouldContain("'r.count'");
    }

    [Theory]
    [InlineData("<i><a>1</a><b x=\"2\"/></i>", "{\"a\":\"1\",\"b\":{\"@x\":\"2\"}}")]
    [InlineData("<i id='7'>text</i>", "{\"@id\":\"7\",\"#text\":\"text\"}")]
    [InlineData("<i/>", "{}")]
    [InlineData("<i>  t  </i>", "{\"#text\":\"t\"}")]
    [InlineData("<i><a/><b></b><c> </c></i>", "{\"a\":\"\",\"b\":\"\",\"c\":\"\"}")]
    [InlineData("<i><a>1</a><b>2</b><a>3</a><a x='4'>5</a></i>", "{\"a\":[\"1\",\"3\",{\"@x\":\"4\",\"#text\":\"5\"}],\"b\":\"2\"}")]
    [InlineData("<i><a>\n  x <!-- y --> z<![CDATA[ <&> ]]>\n</a></i>", "{\"a\":\"x  z <&>\"}")]
    [InlineData("<i><a>one <b>two</b> three <b/> four</a></i>", "{\"a\":{\"b\":[\"two\",\"\"],\"#text\":\"one three four\"}}")]
    [InlineData("<i><a>&lt;&amp;&gt;&quot;&apos;&#228;&#x1F600;</a></i>", "{\"a\":\"<&>\\\"'ä\uD83D\uDE00\"}")]
    [InlineData("<i xmlns:x='urn:x'><x:a x:b='1'/></i>", "{\"x:a\":{\"@x:b\":\"1\"}}")]
    [InlineData("<i><g:price>1</g:price><xsi:nil/></i>", "{\"g:price\":\"1\",\"xsi:nil\":\"\"}")]
    [InlineData("<i><a xsi:nil='true'/><b xsi:nil=\" 1 \" c='2'/><d xsi:nil='false'>3</d></i>", "{\"a\":null,\"b\":null,\"d\":\"3\"}")]
    public void An_element_becomes_an_object(string element, string json)
    {
        const string Root = "<rss xmlns:g=\"http://base.google.com/ns/1.0\" xmlns='urn:d'><channel xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>";
        using var feed = new FeedOnDisk(Root + element + element + "</channel></rss>");
        feed.ReadJson(Some.XmlAt("rss.channel.i"), chunkBytes: 64).Select(Normal).ShouldBe([Normal(json), Normal(json)]);
    }

    [Theory]
    [InlineData("<i><a></b></i>", "not well-formed")]
    [InlineData("<i><h:a/></i>", "'h'")]
    [InlineData("<i a='1' a='2'/>", "not well-formed")]
    [InlineData("<i>&nbsp;</i>", "nbsp")]
    [InlineData("<i>&#0;</i>", "not well-formed")]
    [InlineData("<i a=1/>", "not well-formed")]
    [InlineData("<i>\u0001</i>", "not well-formed")]
    public void A_broken_element_is_a_problem_of_that_record_alone(string element, string problem)
    {
        using var feed = new FeedOnDisk("<r><i>1</i>" + element + "<i>2</i></r>");
        var read = feed.ReadJson(Some.Xml);
        read[0].ShouldBe("{\"#text\":\"1\"}");
        read[1].ShouldStartWith("!");
        read[1].ShouldContain(problem);
        read[2].ShouldBe("{\"#text\":\"2\"}");
    }

    [Fact]
    public void Invalid_UTF8_and_too_deep_nesting_are_problems_of_their_record()
    {
        using var feed = new FeedOnDisk([.. "<r><i>"u8, 0xff, .. "</i><i>"u8, .. Nested(64), .. "</i><i>"u8, .. Nested(63), .. "</i></r>"u8]);
        var read = feed.ReadJson(Some.Xml);
        read[0].ShouldContain("not valid UTF-8");
        read[1].ShouldContain("deeper than 64");
        read[2].ShouldStartWith("{\"a\":{\"a\"");
    }

    [Fact]
    public void Nesting_of_any_depth_is_no_danger()
    {
        using var feed = new FeedOnDisk([.. "<r><i>"u8, .. Nested(100_000), .. "</i><i>2</i></r>"u8]);
        feed.ReadJson(Some.Xml).ShouldSatisfyAllConditions(read => read[0].ShouldContain("deeper"), read => read[1].ShouldBe("{\"#text\":\"2\"}"));
        using var around = new FeedOnDisk([.. "<r><x>"u8, .. Nested(100_000), .. "</x><i/></r>"u8]);
        around.Read(Some.XmlAt("r.i")).Count.ShouldBe(1);
    }

    [Fact]
    public void A_record_of_very_many_texts_and_children_is_converted_in_linear_time()
    {
        var text = new StringBuilder("<r><i>");
        for (var i = 0; i < 300_000; i++)
            text.Append("x<a").Append(i).Append("/><b/>");
        using var feed = new FeedOnDisk(text.Append("</i><i>2</i></r>").ToString());
        var started = System.Diagnostics.Stopwatch.StartNew();
        feed.ReadJson(Some.Xml, new FeedLimits { Values = int.MaxValue })[1].ShouldBe("{\"#text\":\"2\"}");
        started.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_record_of_too_many_elements_or_attributes_is_a_problem_and_the_next_one_is_read()
    {
        string[] manys =
        [
            $"<i>{string.Concat(Enumerable.Repeat("<a/>", 100))}</i>",
            $"<i {string.Join(' ', Enumerable.Range(0, 100).Select(i => $"a{i}=''"))}/>",
        ];
        foreach (var many in manys)
        {
            using var feed = new FeedOnDisk($"<r>{many}<i>2</i></r>");
            var read = feed.ReadJson(Some.Xml, new FeedLimits { Values = 100 });
            read[0].ShouldStartWith("!the record has more than 100 elements and attributes");
            read[1].ShouldBe("{\"#text\":\"2\"}");
            feed.ReadJson(Some.Xml, new FeedLimits { Values = 101 })[0].ShouldStartWith("{");
        }
    }

    private static byte[] Nested(int depth) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth)));

    private static string Normal(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString();
}
