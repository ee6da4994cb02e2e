using Reshelve.Catalogs;
using Reshelve.Running;

namespace Reshelve.Tests.Running;

public sealed class SourcePlaceTests
{
    [Theory]
    [InlineData("feeds/shop-20260101.jsonl", "feeds/shop-20261231.jsonl", true)]
    [InlineData("feeds/2026/01/31/shop.gz", "feeds/2026/02/01/shop.gz", true)]
    [InlineData("shop-2026-01-31T05.jsonl", "shop-2026-02-01T06.jsonl", true)]
    [InlineData("shop-17/feed.jsonl", "shop-18/feed.jsonl", false)]
    [InlineData("shop-2017/feed.jsonl", "shop-2018/feed.jsonl", false)]
    [InlineData("a/*.gz", "b/*.gz", false)]
    [InlineData("http://a.example/feed?key=1", "https://a.example/feed?key=2", true)]
    [InlineData("https://a.example/feed", "https://b.example/feed", false)]
    [InlineData("https://a.example/feed", "https://a.example/test/feed", false)]
    [InlineData("https://a.example:81/feed", "https://a.example:82/feed", false)]
    public void A_place_is_another_when_more_than_a_date_differs(string one, string other, bool same) =>
        (Place(one) == Place(other)).ShouldBe(same);

    private static string Place(string source) => SourcePlace.Of(
        source.Contains("://", StringComparison.Ordinal) ? new SourceDefinition { Url = new Uri(source) } : new SourceDefinition { Path = source });
}
