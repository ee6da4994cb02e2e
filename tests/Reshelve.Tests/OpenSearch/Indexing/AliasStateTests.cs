using Reshelve.Feeds;
using Reshelve.OpenSearch.Indexing;

namespace Reshelve.Tests.OpenSearch.Indexing;

public sealed class AliasStateTests
{
    private static readonly ServerIndex Ours = Shelf.Index("p-shop_20260101000000", Shelf.Meta(), "p-shop_20260101000000.w", "p-shop");

    [Fact]
    public void Only_what_says_that_it_is_ours_and_for_this_alias_is_ours()
    {
        var state = State(Ours, Shelf.Index("p-shop_b_1", Shelf.Meta(catalog: "shop_b")), Shelf.Index("p-shop_2", Shelf.Meta("they")), Shelf.Index("p-shop_3", null));
        state.Check(mayTakeOver: false);
        state.Ours.ShouldBe([Ours]);
        state.PointsAt(Ours.Name).ShouldBeTrue();
    }

    [Fact]
    public void An_alias_at_two_indexes_names_both_whatever_may_be_taken_over()
    {
        var state = State(Ours, Shelf.Index("p-shop_2", Shelf.Meta(), "p-shop"));
        foreach (var takeOver in new[] { false, true })
        {
            var refusal = Should.Throw<ReshelveException>(() => state.Check(takeOver)).Message;
            refusal.ShouldContain("p-shop_20260101000000");
            refusal.ShouldContain("p-shop_2");
        }

        state.PointsAt(Ours.Name).ShouldBeFalse();
    }

    [Fact]
    public void An_alias_at_another_owner_s_index_names_the_owner_and_how_to_become_it()
    {
        var state = State(Shelf.Index("p-shop_2", Shelf.Meta("they"), "p-shop"));
        var refusal = Should.Throw<ReshelveException>(() => state.Check(mayTakeOver: false)).Message;
        refusal.ShouldContain("'owner: they'");
        refusal.ShouldContain("take over");
        state.Check(mayTakeOver: true);
        state.PointsAt("p-shop_20260101000000").ShouldBeFalse();
    }

    [Fact]
    public void An_alias_at_nobody_s_index_and_an_index_of_the_alias_s_name_say_how_to_take_over()
    {
        var state = State(Shelf.Index("legacy", null, "p-shop"));
        Should.Throw<ReshelveException>(() => state.Check(mayTakeOver: false)).Message.ShouldContain("'legacy'");
        state.Check(mayTakeOver: true);

        state = State(Shelf.Index("p-shop", null));
        state.NameIsTaken.ShouldBeTrue();
        Should.Throw<ReshelveException>(() => state.Check(mayTakeOver: false)).Message.ShouldContain("take over");
        state.Check(mayTakeOver: true);
    }

    [Fact]
    public void An_alias_moves_in_one_body()
    {
        Shelf.Text(AliasActions.Move("shop", "new", ["old"], require: true)).ShouldBe(
            """{"actions":[{"remove":{"index":"old","alias":"shop","must_exist":true}},{"add":{"index":"new","alias":"shop"}}]}""");
        Shelf.Text(AliasActions.Move("shop", "new", [], require: true)).ShouldBe("""{"actions":[{"add":{"index":"new","alias":"shop"}}]}""");
        Shelf.Text(AliasActions.Replace("shop", "new")).ShouldBe("""{"actions":[{"remove_index":{"index":"shop"}},{"add":{"index":"new","alias":"shop"}}]}""");
    }

    private static AliasState State(params ServerIndex[] found) => new("shop", "p-shop", "we", found);
}
