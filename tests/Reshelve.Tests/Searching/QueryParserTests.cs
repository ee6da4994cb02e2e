using FsCheck;
using FsCheck.Fluent;
using Reshelve.Searching;

namespace Reshelve.Tests.Searching;

public sealed class QueryParserTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  \t\u00A0 ", "")]
    [InlineData("red", "red*")]
    [InlineData("red ", "red")]
    [InlineData("red heart", "red heart*")]
    [InlineData("re* heart ", "re* heart")]
    [InlineData("re*** ", "re*")]
    [InlineData("\"red heart\"", "[red heart]")]
    [InlineData("\"red heart", "[red heart]*")]
    [InlineData("\"red heart ", "[red heart]")]
    [InlineData("“red heart” x ", "[red heart] x")]
    [InlineData("\"red\"heart ", "red heart")]
    [InlineData("\"\" \" \"", "")]
    [InlineData("-red", "-red")]
    [InlineData("-re* ", "-re*")]
    [InlineData("-\"red heart\" blue ", "blue -[red heart]")]
    [InlineData("--red ", "--red")]
    [InlineData("- red ", "- red")]
    [InlineData("red-blue ", "red-blue")]
    [InlineData("24\" monitor ", "24\" monitor")]
    [InlineData("monitor 24\"", "monitor 24\"")]
    [InlineData("C++", "C++")]
    [InlineData("C++* ", "C++*")]
    [InlineData("❤", "❤")]
    [InlineData("日本", "日本*")]
    [InlineData("cafe\u0301", "cafe\u0301*")]
    [InlineData("NOT (a OR b) ", "NOT (a OR b)")]
    public void A_query_is_read(string query, string read) => Show(QueryParser.Parse(query, prefixLast: true)).ShouldBe(read);

    [Fact]
    public void The_last_word_is_whole_when_nobody_is_typing() =>
        QueryParser.Parse("red heart", prefixLast: false).Terms.ShouldAllBe(t => !t.Prefix);

    [Fact]
    public void Symbols_with_a_star_stay_as_they_are() =>
        QueryParser.Parse("C++* ", prefixLast: true).Terms.ShouldBe([new QueryTerm("C++*", false)]);

    [Fact]
    public void What_no_person_types_has_an_end()
    {
        QueryParser.Parse(string.Concat(Enumerable.Repeat("a ", 10_000)), true).Terms.Count.ShouldBe(QueryParser.MaxTerms);
        QueryParser.Parse(new string('a', 100_000), true).Terms[0].Text.Length.ShouldBe(QueryParser.MaxLength);
    }

    [Fact]
    public void Whatever_is_typed_can_be_read_and_gives_no_empty_term() =>
        Check.One(Seeds.Config(2000), Prop.ForAll(
            Gen.Elements("\"", "-", "*", " ", "a", "“", "❤", "\ud800", "\0", "b c").ListOf().Select(l => string.Concat(l)).ToArbitrary(),
            text =>
            {
                var query = QueryParser.Parse(text, prefixLast: true);
                query.Terms.Concat(query.Excluded).ShouldAllBe(t => t.Text.Trim().Length > 0);
                query.IsEmpty.ShouldBe(query.Terms.Count + query.Excluded.Count == 0);
            }));

    private static string Show(SearchQuery query) => string.Join(
        ' ',
        query.Terms.Select(t => Show(t)).Concat(query.Excluded.Select(t => "-" + Show(t))));

    private static string Show(QueryTerm term) =>
        (term.Text.Contains(' ', StringComparison.Ordinal) ? $"[{term.Text}]" : term.Text) + (term.Prefix ? "*" : "");
}
