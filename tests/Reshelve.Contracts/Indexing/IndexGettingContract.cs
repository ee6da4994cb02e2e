using System.Text;
using Reshelve.Indexing;

namespace Reshelve.Contracts.Indexing;

/// <summary>Reading single documents by their ids.</summary>
public abstract class IndexGettingContract : IndexEngineContract
{
    [Fact]
    public async Task Documents_are_got_by_their_ids_and_missing_ones_are_left_out()
    {
        await FillAsync(Products.Add("1", """{"title":"one"}"""), Products.Add("2", """{"title":"two"}"""), Products.Add("3", """{"title":"three"}"""));

        (await GetAsync("3", "nobody", "1", "1")).ShouldBe(
            new Dictionary<string, string> { ["1"] = """{"title":"one"}""", ["3"] = """{"title":"three"}""" }, ignoreOrder: true);
        (await GetAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_an_id_is_left_out()
    {
        await FillAsync(Products.Add("1", """{"title":"one"}"""));
        (await GetAsync("", new string('x', 5000), "\ud800", "1")).Keys.ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("a'b\"c")]
    [InlineData("a\0b")]
    [InlineData("😀")]
    [InlineData("\uffee")]
    [InlineData("%_*")]
    public async Task An_id_is_compared_exactly(string id)
    {
        await FillAsync(Products.Add(id, """{"title":"one"}"""), Products.Add("other", """{"title":"two"}"""));
        (await GetAsync(id, id.ToUpperInvariant() + " ")).ShouldBe(new Dictionary<string, string> { [id] = """{"title":"one"}""" });
    }

    [Fact]
    public async Task The_last_write_is_got_also_before_a_refresh_and_of_an_index_that_is_not_live()
    {
        await FillAsync(Products.Add("1", """{"title":"old"}"""), Products.Add("2", """{"title":"gone"}"""));
        (await Engine.WriteAsync(First, [Products.Replace("1", """{"title":"new"}"""), Products.Remove("2")], 2, default)).ShouldAllBe(r => r.Acknowledged);
        await Engine.CreateAsync(Second, Alias, Products.Schema, IndexOrigin.None, default);
        await Engine.WriteAsync(Second, [Products.Add("9", """{"title":"nine"}""")], 2, default);

        (await GetAsync("1", "2")).ShouldBe(new Dictionary<string, string> { ["1"] = """{"title":"new"}""" });
        Texts(await Engine.GetAsync(Second, ["1", "9"], default)).ShouldBe(new Dictionary<string, string> { ["9"] = """{"title":"nine"}""" });
    }

    [Fact]
    public async Task A_document_comes_with_the_number_of_its_last_write_and_can_be_replaced_under_it_until_a_newer_one()
    {
        await FillAsync(Products.Add("1", """{"title":"one"}"""), Products.Add("2", """{"title":"two"}"""));
        await Engine.WriteAsync(First, [Products.Replace("2", """{"title":"newer"}""")], 7, default);
        var read = await Engine.GetAsync(First, ["1", "2"], default);
        read["1"].Sequence.ShouldBe(1);
        read["2"].Sequence.ShouldBe(7);

        await Engine.WriteAsync(First, [Products.Replace("2", """{"title":"newest"}""")], 8, default);
        foreach (var id in new[] { "1", "2" })
            (await Engine.WriteAsync(First, [Products.Replace(id, """{"title":"amended"}""")], read[id].Sequence, default)).ShouldAllBe(r => r.Acknowledged);
        (await GetAsync("1", "2")).ShouldBe(new Dictionary<string, string> { ["1"] = """{"title":"amended"}""", ["2"] = """{"title":"newest"}""" });
    }

    private async Task<Dictionary<string, string>> GetAsync(params string[] ids) => Texts(await Engine.GetAsync(First, ids, default));

    private static Dictionary<string, string> Texts(IReadOnlyDictionary<string, IndexedDocument> documents) =>
        documents.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(pair.Value.Body.Span));
}
