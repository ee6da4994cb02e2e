using Reshelve.Host;

namespace Reshelve.Tests.Host;

public sealed class SimilarTests
{
    private static readonly string[] Commands = ["sync", "search", "schema", "runs", "rejected"];

    [Theory]
    [InlineData("snyc", "sync")]
    [InlineData("SYNC", "sync")]
    [InlineData("serch", "search")]
    [InlineData("run", "runs")]
    public void A_slip_is_understood(string typed, string meant) => Similar.Closest(typed, Commands).ShouldBe(meant);

    [Theory]
    [InlineData("deploy")]
    [InlineData("xyzzy")]
    public void Something_else_is_not_guessed(string typed) => Similar.Closest(typed, Commands).ShouldBeNull();

    [Fact]
    public void A_novel_costs_nothing() => Similar.Closest(new string('s', 10_000_000), Commands).ShouldBeNull();

    [Fact]
    public void Nothing_is_like_nothing() => Similar.Suggestion("sync", []).ShouldBe("");
}
