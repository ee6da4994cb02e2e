using Reshelve.OpenSearch.Indexing;

namespace Reshelve.Tests.OpenSearch.Indexing;

public sealed class WordRuleTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\u00a0\u2007\u202f\u0085\0", "")]
    [InlineData("❤", "")]
    [InlineData("❤\ufe0f 1\ufe0f\u20e3", "1")]
    [InlineData("Wi-Fi router_2 C++", "Wi|Fi|router|2|C")]
    [InlineData("cafe\u0301 日本 Ⅳ \ue000", "cafe\u0301|日本|Ⅳ|\ue000")]
    [InlineData("\u0301 a \u0300\u036f", "a")]
    [InlineData("a\u200db\ufeffc\u00add", "a|b|c|d")]
    [InlineData("it's x^y 5€ 👍🏽ok", "it|s|x|y|5|ok")]
    [InlineData("𝒳 😀", "𝒳")]
    public void Words_are_what_lies_between_all_that_is_no_letter_digit_or_mark(string text, string words) =>
        WordRule.Split(text).ShouldBe(words.Split('|', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_part_of_a_word() => WordRule.Split("a\ud800b\udc00").ShouldBe(["a", "b"]);

    [Fact]
    public void A_word_ends_where_the_tokenizer_begins_another()
    {
        WordRule.Split(new string('x', 600)).Select(w => w.Length).ShouldBe([255, 255, 90]);
        WordRule.Split(string.Concat(Enumerable.Repeat("𝒳", 200))).Select(w => w.Length).ShouldBe([254, 146]);
    }

    [Fact]
    public void The_tokenizer_is_told_each_separator_as_one_character_or_as_a_class()
    {
        var separators = WordRule.Separators.ToList();
        separators.Take(3).ShouldBe(["whitespace", "punctuation", "symbol"]);
        separators.Skip(3).ShouldAllBe(s => s.Length == 1);
        separators.Distinct().Count().ShouldBe(separators.Count);
        separators.ShouldContain("\u00a0");
        separators.ShouldNotContain("\\");
    }
}
