using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

/// <summary>Formats and small feeds for tests.</summary>
internal static class Some
{
    public static readonly FeedFormat Jsonl = new() { Kind = FeedFormatKind.Jsonl };
    public static readonly FeedFormat Json = new() { Kind = FeedFormatKind.Json };
    public static readonly FeedFormat Csv = new() { Kind = FeedFormatKind.Csv };
    public static readonly FeedFormat Xml = new() { Kind = FeedFormatKind.Xml };

    public static FeedFormat JsonAt(string records, string? count = null) => Json with
    {
        Records = FieldPath.Parse(records), Count = count is null ? null : FieldPath.Parse(count),
    };

    public static FeedFormat XmlAt(string records, string? count = null) => Xml with
    {
        Records = FieldPath.Parse(records), Count = count is null ? null : FieldPath.Parse(count),
    };

    /// <summary>A small feed of every notation with three records that hold what is hard to cut.</summary>
    public static (FeedFormat Format, string Text, string[] Records) Feed(FeedFormatKind kind)
    {
        string[] records = kind switch
        {
            FeedFormatKind.Csv => ["1,\"a \"\"b\"\",\nc\",x", "2,5\" pipe,ü", "3,\"\","],
            FeedFormatKind.Xml =>
            [
                "<item id=\"1\" t='>'><![CDATA[</item>]]><g:p>1</g:p><!-- </item> --></item>", "<item/>", "<item><item>ü</item></item>",
            ],
            _ => ["{\"id\":1,\"a\":\"]}\\\\\"}", "{\"id\":2,\"b\":[{},[\"\\\"[\"]]}", "{\"id\":3,\"c\":\"ü,\"}"],
        };
        return kind switch
        {
            FeedFormatKind.Jsonl => (Jsonl, string.Join('\n', records), records),
            FeedFormatKind.Json => (JsonAt("data.items", "meta.total"), Wrap(records), records),
            FeedFormatKind.Csv => (Csv, "id,name,x\r\n" + string.Join("\r\n", records), records),
            _ => (XmlAt("rss.channel.item", "rss.@total"), WrapXml(records), records),
        };
    }

    /// <summary>JSON Lines of so many products.</summary>
    public static string Lines(int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
            text.Append("{\"id\":").Append(i).Append(",\"name\":\"product ").Append('x', i % 50).Append("\"}\n");
        return text.ToString();
    }

    private static string Wrap(string[] records) =>
        "{\"meta\":{\"total\":" + records.Length + ",\"items\":[9]},\"data\":{\"x\":[{\"items\":[7]}],\"items\": [\n  "
        + string.Join(" ,\n  ", records) + "\n]},\"end\":\"]\"}";

    private static string WrapXml(string[] records) =>
        "<?xml version=\"1.0\"?>\n<!-- <item/> --><rss xmlns:g=\"urn:g\" total=\"" + records.Length
        + "\"><channel><title>t</title><other><item>no</item></other>\n  "
        + string.Join("\n  ", records) + "\n</channel></rss>\n";
}
