using Reshelve.Host.Demo;

namespace Reshelve.Tests.Host;

public sealed class SampleShopTests
{
    [Fact]
    public void The_shop_is_the_same_on_every_machine()
    {
        var first = SampleShop.FirstDay();

        first.Count.ShouldBe(1_000);
        first.Select(product => product.Id).Distinct().Count().ShouldBe(1_000);
        first[0].Title.ShouldBe("Ember Larch sleeping mat, red");
    }

    [Fact]
    public void The_second_day_differs_in_every_way_that_a_plan_knows()
    {
        var first = SampleShop.FirstDay().ToDictionary(product => product.Id);
        var second = SampleShop.SecondDay(SampleShop.FirstDay()).ToDictionary(product => product.Id);

        var kept = second.Values.Where(product => first.ContainsKey(product.Id)).ToList();
        (second.Count - kept.Count).ShouldBe(9);
        (first.Count - kept.Count).ShouldBe(7);
        kept.Count(product => product.Title != first[product.Id].Title).ShouldBe(12);
        kept.Count(product => product.Title == first[product.Id].Title && product.Cents != first[product.Id].Cents).ShouldBe(41);
    }
}
