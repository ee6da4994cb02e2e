using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Host.Output;
using Reshelve.Searching;

namespace Reshelve.Tests.Host;

public sealed class HitTextTests
{
    private static readonly CatalogDefinition Shop = new()
    {
        Name = "shop",
        Source = new SourceDefinition { Path = "shop.jsonl" },
        Format = new FeedFormat { Kind = FeedFormatKind.Jsonl },
        Id = FieldPath.Of("id"),
        Fields =
        [
            new FieldDefinition { Name = "note", From = FieldPath.Of("note"), Type = FieldType.Text },
            new FieldDefinition { Name = "title", From = FieldPath.Of("title"), Type = FieldType.Text, Boost = 2 },
            new FieldDefinition { Name = "tags", From = FieldPath.Of("tags"), Type = FieldType.Keyword, List = true },
            new FieldDefinition { Name = "price", From = FieldPath.Of("price"), Type = FieldType.Number },
        ],
    };

    [Fact]
    public void A_hit_is_called_by_its_weightiest_text() => Shown("""{"note":"n","title":"Red shoe","tags":["a","b"],"price":9.90}""")
        .ShouldBe("\n  1. Red shoe  2.50\n     id p1 · tags a, b · price 9.90\n");

    [Fact]
    public void Without_any_text_it_is_called_by_its_id() => Shown("""{"price":1}""").ShouldStartWith("\n  1. p1  2.50\n");

    [Fact]
    public void Matching_words_are_marked_and_text_that_looks_like_a_mark_is_not() =>
        Shown("{}", new Dictionary<string, string> { ["title"] = "a <em>red</em> &lt;em&gt;shoe&lt;/em&gt; &amp; more" })
            .ShouldContain("     title: a *red* <em>shoe</em> & more\n");

    [Fact]
    public void Nothing_in_a_document_can_steer_the_terminal() =>
        Shown("{\"title\":\"\\u001b[2Jx\",\"tags\":[\"\\u0007\"]}", new Dictionary<string, string> { ["title"] = "\e[31m<em>\e[0m</em>" })
            .ShouldNotContain("\e");

    private static string Shown(string document, Dictionary<string, string>? highlights = null)
    {
        var captured = new CapturedTerminal();
        new HitText(captured.Terminal, Shop).Write(1, new SearchHit("p1", 2.5, Encoding.UTF8.GetBytes(document), highlights ?? []));
        return captured.Out;
    }
}
