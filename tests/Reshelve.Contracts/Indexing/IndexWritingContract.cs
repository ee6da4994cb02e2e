using System.Text;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Contracts.Indexing;

/// <summary>Writing batches and reading documents back.</summary>
public abstract class IndexWritingContract : IndexEngineContract
{
    [Fact]
    public async Task Adding_replacing_patching_and_removing_do_what_they_say()
    {
        await FillAsync(
            Products.Add("a", new { title = "lamp", price = 1 }),
            Products.Add("b", new { title = "chair", price = 2 }),
            Products.Add("c", new { title = "table", price = 3 }));

        await WriteAsync(
            2,
            Products.Replace("a", new { title = "lantern", price = 1 }),
            Products.Patch("b", new { title = "chair", price = 20 }),
            Products.Remove("c"),
            Products.Add("d", new { title = "shelf" }));

        (await ReadAllAsync(First)).ShouldBe(
        [
            ("a", """{"title":"lantern","price":1}"""),
            ("b", """{"title":"chair","price":20}"""),
            ("d", """{"title":"shelf"}"""),
        ]);
        (await IdsAsync("lamp")).ShouldBeEmpty();
        (await IdsAsync("lantern")).ShouldBe(["a"]);
        (await IdsAsync("table")).ShouldBeEmpty();
        (await IdsAsync("shelf")).ShouldBe(["d"]);
        (await Engine.ListAsync(Alias, default))[0].Documents.ShouldBe(3);
    }

    [Fact]
    public async Task Any_change_may_meet_any_state()
    {
        await FillAsync(Products.Add("a", new { title = "old" }));
        await WriteAsync(
            2,
            Products.Add("a", new { title = "new" }),
            Products.Replace("b", new { title = "replaced" }),
            Products.Patch("c", new { title = "patched" }),
            Products.Remove("d"));
        (await ReadAllAsync(First)).Select(d => d.Id).ShouldBe(["a", "b", "c"]);
        (await IdsAsync("old")).ShouldBeEmpty();
        (await IdsAsync("patched")).ShouldBe(["c"]);
    }

    [Fact]
    public async Task Writing_a_batch_again_changes_nothing()
    {
        Change[] batch =
        [
            Products.Add("a", new { title = "lamp", brand = "x", categories = new[] { "p", "q" } }),
            Products.Replace("b", new { title = "chair", brand = "y" }),
            Products.Remove("c"),
        ];
        await FillAsync(batch);
        var before = await ReadAllAsync(First);
        for (var again = 0; again < 3; again++)
            await WriteAsync(1, batch);
        (await ReadAllAsync(First)).ShouldBe(before);
        var result = await SearchAsync(new SearchRequest { Query = "lamp", Facets = ["brand", "categories"] });
        result.Total.ShouldBe(1);
        result.Facets["categories"].ShouldBe([new("p", 1), new("q", 1)]);
        (await Engine.ListAsync(Alias, default))[0].Documents.ShouldBe(2);
    }

    [Fact]
    public async Task An_older_run_s_late_write_is_acknowledged_without_effect()
    {
        await FillAsync(Products.Add("a", new { title = "one" }), Products.Add("b", new { title = "one" }), Products.Add("c", new { title = "one" }));
        await WriteAsync(5, Products.Replace("a", new { title = "five" }), Products.Remove("b"), Products.Remove("never"));

        await WriteAsync(
            4,
            Products.Replace("a", new { title = "four" }),
            Products.Add("b", new { title = "four" }),
            Products.Add("never", new { title = "four" }),
            Products.Replace("c", new { title = "four" }));

        (await ReadAllAsync(First)).ShouldBe([("a", """{"title":"five"}"""), ("c", """{"title":"four"}""")]);
        await WriteAsync(3, Products.Remove("a"));
        await WriteAsync(6, Products.Add("b", new { title = "six" }));
        await WriteAsync(7, Products.Remove("b"));
        await WriteAsync(6, Products.Patch("b", new { title = "six" }));
        (await ReadAllAsync(First)).Select(d => d.Id).ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task An_unchanged_document_still_takes_the_sequence_of_its_last_write()
    {
        await FillAsync(Products.Add("a", new { title = "one" }));
        await WriteAsync(5, Products.Replace("a", new { title = "one" }));
        await WriteAsync(4, Products.Replace("a", new { title = "four" }));
        (await ReadAllAsync(First)).ShouldBe([("a", """{"title":"one"}""")]);
    }

    public static TheoryData<string, string> Unwritable => new()
    {
        { "[1]", "object" },
        { "\"text\"", "object" },
        { "", "JSON" },
        { """{"title":"a" """, "JSON" },
        { """{"title":"a"} {}""", "JSON" },
        { """{"title":1}""", "title" },
        { """{"title":["a"]}""", "title" },
        { """{"tags":["a",1]}""", "tags" },
        { """{"price":"1"}""", "price" },
        { """{"stock":1.5}""", "stock" },
        { """{"stock":123456789012345678901234567890}""", "stock" },
        { """{"available":"true"}""", "available" },
        { """{"released":"yesterday"}""", "released" },
        { """{"released":5}""", "released" },
        { """{"brand":{"name":"x"}}""", "brand" },
        { """{"dimensions":"x"}""", "dimensions" },
        { """{"title":"\ud800"}""", "title" },
    };

    [Theory]
    [MemberData(nameof(Unwritable))]
    public async Task A_document_that_the_index_cannot_take_is_refused_without_disturbing_the_others(string document, string named)
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        var results = await Engine.WriteAsync(
            First,
            [Products.Add("a", new { title = "good" }), Products.Add("b", document), Products.Add("c", new { title = "good" })],
            1,
            default);
        results.Select(r => r.Id).ShouldBe(["a", "b", "c"]);
        var isTolerated = Tolerated.Contains(document);
        results.Select(r => r.Acknowledged).ShouldBe([true, isTolerated, true]);
        if (!isTolerated && !document.Contains("ud800", StringComparison.Ordinal))
            results[1].Error!.ShouldContain(named);
        (await ReadAllAsync(First)).Where(d => d.Id != "b").Select(d => d.Id).ShouldBe(["a", "c"]);
        // What is taken is kept as it is.
        (await ReadAllAsync(First)).Where(d => d.Id == "b").Select(d => d.Document).ShouldBe(isTolerated ? [document] : []);
    }

    [Fact]
    public async Task A_refused_document_leaves_the_last_good_one()
    {
        await FillAsync(Products.Add("a", new { title = "good" }));
        (await Engine.WriteAsync(First, [Products.Replace("a", """{"title":"bad","price":"1"}""")], 2, default))[0].Acknowledged.ShouldBeFalse();
        (await IdsAsync("good")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_document_with_invalid_UTF_8_is_refused()
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        byte[] broken = [.. """{"title":"a"""u8, 0xFF, .. "\"}"u8];
        (await Engine.WriteAsync(First, [new Change(ChangeKind.Add, "a", broken)], 1, default))[0].Error.ShouldNotBeNull();
    }

    [Fact]
    public async Task An_id_twice_in_a_batch_is_the_caller_s_mistake()
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        await Should.ThrowAsync<ArgumentException>(
            () => Engine.WriteAsync(First, [Products.Add("a", new { title = "x" }), Products.Remove("a")], 1, default));
        (await ReadAllAsync(First)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ids_may_hold_any_character_and_have_512_bytes()
    {
        string[] ids =
        [
            " ", "a b", "a/b", "../../x", "\"quoted\"", "it's", "-dash", "*", "\0nul\0", "\n", "ä", "ﬀ", "\uE000", "\uFFFD", "😀", "日本",
            "%00", "<em>", "{}", new('x', 512), new('ü', 256),
        ];
        await FillAsync([.. ids.Select(id => Products.Add(id, new { title = "thing" }))]);
        (await ReadAllAsync(First)).Select(d => d.Id).ShouldBe(ids.Order(StringComparer.Ordinal));
        var sorted = ids.Order(IdOrder).ToArray();
        (await IdsAsync("")).ShouldBe(sorted);
        (await IdsAsync("thing")).ShouldBe(sorted);
        await WriteAsync(2, [.. ids.Select(Products.Remove)]);
        (await ReadAllAsync(First)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ids_that_are_none_are_refused_one_by_one()
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        var results = await Engine.WriteAsync(
            First,
            [
                Products.Add("", new { title = "x" }), Products.Add(new string('x', 513), new { title = "x" }),
                Products.Add(new string('ü', 257), new { title = "x" }), Products.Add("\ud800", new { title = "x" }),
                Products.Add("good", new { title = "x" }),
            ],
            1,
            default);
        results.Select(r => r.Acknowledged).ShouldBe([false, false, false, false, true]);
        results[1].Error!.ShouldContain("512");
    }

    [Fact]
    public async Task A_document_comes_back_byte_for_byte()
    {
        const string Document = """{ "title" : "caf\u00e9 \"x\"" , "price":1.50,"other":{"deep":[1,{"a":null}],"ünï":"😀"} }""";
        await FillAsync(Products.Add("a", Document));
        (await ReadAllAsync(First)).ShouldBe([("a", Document)]);
        Encoding.UTF8.GetString((await SearchAsync(new SearchRequest { Query = "café" })).Hits[0].Document.Span).ShouldBe(Document);
    }

    [Fact]
    public async Task Ten_thousand_documents_are_written_read_and_found()
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        foreach (var batch in Enumerable.Range(0, 10_000).Chunk(1000))
        {
            await Engine.WriteAsync(
                First, [.. batch.Select(i => Products.Add($"id{i:D5}", new { title = $"item {i} of {i % 7}", brand = $"b{i % 7}", price = i }))], 1, default);
        }

        await Engine.RefreshAsync(First, default);
        await Engine.PromoteAsync(Alias, First, default);

        (await ReadAllAsync(First)).Select(d => d.Id).ShouldBe(Enumerable.Range(0, 10_000).Select(i => $"id{i:D5}"));
        var result = await SearchAsync(new SearchRequest { Query = "item", Facets = ["brand"], Offset = 9_990, Limit = 10 });
        result.Total.ShouldBe(10_000);
        result.Hits.Count.ShouldBe(10);
        result.Facets["brand"].Sum(f => f.Count).ShouldBe(10_000);
    }

    [Fact]
    public async Task Reading_all_documents_can_be_stopped_and_sees_no_later_write()
    {
        await FillAsync([.. Enumerable.Range(0, 100).Select(i => Products.Add($"{i:D3}", new { title = "x" }))]);
        var seen = new List<string>();
        await foreach (var (id, _) in Engine.ReadAllAsync(First, default))
        {
            if (seen.Count == 0)
                await Engine.WriteAsync(First, [Products.Add("zzz", new { title = "later" }), Products.Add("yyy", new { title = "later" })], 2, default);
            seen.Add(id);
            if (seen.Count == 50)
                break;
        }

        seen.Count.ShouldBe(50);
        using var cancelled = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Engine.ReadAllAsync(First, cancelled.Token))
                await cancelled.CancelAsync();
        });
    }

    [Fact]
    public async Task Searches_go_on_while_batches_are_written()
    {
        await FillAsync([.. Enumerable.Range(0, 200).Select(i => Products.Add($"{i}", new { title = "thing", stock = 0 }))]);
        var writing = Task.Run(async () =>
        {
            for (var round = 1; round <= 30; round++)
            {
                await Engine.WriteAsync(
                    First, [.. Enumerable.Range(0, 200).Select(i => Products.Patch($"{i}", new { title = "thing", stock = round }))], round, default);
            }
        });
        while (!writing.IsCompleted)
        {
            var result = await SearchAsync(new SearchRequest { Query = "thing", Limit = 200 });
            result.Total.ShouldBe(200);
            if (WritesBatchesWhole)
                result.Hits.Select(h => Encoding.UTF8.GetString(h.Document.Span)).Distinct().Count().ShouldBe(1);
        }

        await writing;
    }

    [Fact]
    public async Task Writers_of_several_engines_take_turns()
    {
        await FillAsync();
        var other = OpenAnother();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await (writer % 2 == 0 ? Engine : other).WriteAsync(
                    First, [Products.Add($"{writer}-{i}", new { title = "x", brand = $"brand {writer % 3} {i}" })], 1, default);
            }
        })));
        await Engine.RefreshAsync(First, default);
        var result = await SearchAsync(new SearchRequest { Query = "x", Facets = ["brand"], FacetSize = 100 });
        result.Total.ShouldBe(80);
        result.Facets["brand"].Count.ShouldBe(30);
        result.Facets["brand"].Sum(f => f.Count).ShouldBe(80);
    }
}
