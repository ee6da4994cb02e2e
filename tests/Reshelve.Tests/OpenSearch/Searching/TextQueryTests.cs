using Reshelve.OpenSearch.Searching;
using Reshelve.Searching;

namespace Reshelve.Tests.OpenSearch.Searching;

public sealed class TextQueryTests
{
    [Fact]
    public void Terms_are_split_as_documents_are_and_those_without_words_passed_over()
    {
        var query = Of("red ❤ wi-fi \"blue heart\" -C++ hea");
        query.Wanted.Select(Show).ShouldBe(["red", "wi fi", "blue heart", "hea*"]);
        query.Excluded.Select(Show).ShouldBe(["C"]);
        query.MatchesNothing.ShouldBeFalse();
        query.Ranks.ShouldBeTrue();
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("❤", true, false)]
    [InlineData("-❤", false, false)]
    [InlineData("-red", false, false)]
    [InlineData("❤ red", false, true)]
    public void Only_terms_that_all_lack_words_match_nothing(string typed, bool matchesNothing, bool ranks)
    {
        var query = Of(typed);
        query.MatchesNothing.ShouldBe(matchesNothing);
        query.Ranks.ShouldBe(ranks);
    }

    [Fact]
    public void Without_text_fields_words_match_nothing_and_exclusions_exclude_nothing()
    {
        TextQuery.Of(QueryParser.Parse("red", prefixLast: true), 0, TextQuery.MaxClauses).MatchesNothing.ShouldBeTrue();
        var query = TextQuery.Of(QueryParser.Parse("-red", prefixLast: true), 0, TextQuery.MaxClauses);
        query.MatchesNothing.ShouldBeFalse();
        query.Excluded.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(300)]
    [InlineData(5000)]
    public void The_longest_queries_stay_below_what_a_server_counts(int textFields)
    {
        foreach (var typed in new[]
        {
            string.Join(' ', Enumerable.Range(0, 200).Select(i => $"w{i}")), "x " + string.Join(' ', Enumerable.Range(0, 200).Select(i => $"-w{i}")),
            string.Join('-', Enumerable.Range(0, 2000).Select(i => $"w{i}")), string.Concat(Enumerable.Repeat("a* ", 200)), "\"" + string.Join(' ', Enumerable.Repeat("a", 4000)),
        })
        {
            var query = Of(typed, textFields);
            query.MatchesNothing.ShouldBeFalse();
            var compared = query.Wanted.Concat(query.Excluded).Sum(term => term.Words.Count + (term.Prefix && term.Words.Count == 1 ? 1 : 0));
            compared.ShouldBeGreaterThan(0);
            compared.ShouldBeLessThanOrEqualTo(Math.Max(TextQuery.MaxClauses / textFields, 1) + 1);
        }
    }

    [Fact]
    public void However_much_is_excluded_something_is_left_to_look_for()
    {
        var query = Of(string.Join(' ', Enumerable.Range(0, 100).Select(i => $"-w{i}")) + " red", textFields: 20);
        query.Excluded.Count.ShouldBe(25);
        query.Wanted.ShouldHaveSingleItem().Text.ShouldBe("red");
    }

    [Fact]
    public void A_phrase_that_is_cut_short_is_no_prefix()
    {
        var query = Of("\"" + string.Join(' ', Enumerable.Range(0, 2000).Select(i => $"w{i}")), textFields: 100);
        query.Wanted.ShouldHaveSingleItem().Words.Count.ShouldBe(10);
        query.Wanted[0].Prefix.ShouldBeFalse();
    }

    private static TextQuery Of(string typed, int textFields = 2) =>
        TextQuery.Of(QueryParser.Parse(typed, prefixLast: true), textFields, TextQuery.MaxClauses);

    private static string Show(TermWords term) => term.Text + (term.Prefix ? "*" : "");
}
