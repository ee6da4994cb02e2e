using System.IO.Compression;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Catalogs;

public sealed class CatalogDraftTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Json_lines_give_types_that_suit_their_values()
    {
        var draft = Draft("shop.jsonl", string.Join('\n', Enumerable.Range(1, 200).Select(i =>
            $$"""{"sku":"A{{i}}","title":"Red shoe number {{i}}","brand":"{{(i % 3 == 0 ? "Acme" : "Zenith")}}","price":{{i}}.5,"pages":{{i}},"in_stock":{{(i % 2 == 0 ? "true" : "false")}},"image":"https://i.example/{{i}}.jpg","link":"https://s.example/p/{{i}}","released":"2023-01-{{1 + (i % 28):00}}","tags":["a{{i % 4}}","b"],"offer":{ "price": { "amount": {{i}} } },"variants":[{"size":{{i}} }],"ean":"0{{1000000 + i}}","note":null}""")));

        draft.Definition.Format.ShouldBe(new FeedFormat { Kind = FeedFormatKind.Jsonl });
        draft.Definition.Id.ShouldBe(FieldPath.Of("sku"));
        Described(draft).ShouldBe(
        [
            "title: Text boost 3", "brand: Keyword facet", "price: Number volatile", "pages: Integer", "in_stock: Boolean volatile facet",
            "image: Image", "link: Url", "released: Date", "tags: Keyword[] facet", "offer_price_amount: Number (offer.price.amount)",
            "variants: Object[]", "ean: Keyword",
        ]);
        draft.ToYaml().ShouldContain("# Not declared (never a value): note");
    }

    [Theory]
    [InlineData("1, 2.5", FieldType.Number)]
    [InlineData("1, 2", FieldType.Integer)]
    [InlineData("1, 9223372036854775808", FieldType.Number)]
    [InlineData("1.0, 2", FieldType.Number)]
    [InlineData("1, \"2\"", FieldType.Keyword)]
    [InlineData("true, \"x\"", FieldType.Keyword)]
    [InlineData("true, 1", FieldType.Keyword)]
    [InlineData("\"12\", \"13\"", FieldType.Keyword)]
    [InlineData("1, \"two words here\"", FieldType.Text)]
    [InlineData("\"2024-01-31\", \"2024-02-30\"", FieldType.Keyword)]
    [InlineData("\"2024-01-31\", \"2024-01-31T10:00:00+02:00\"", FieldType.Date)]
    [InlineData("\"2024-01-31 10:00\", \"2024/01/31\"", FieldType.Date)]
    [InlineData("\"20240131\", \"20240132\"", FieldType.Keyword)]
    [InlineData("\"http://a/b\", \"http://a/c\\nd\"", FieldType.Keyword)]
    [InlineData("null, \"\", \"  \", 5", FieldType.Integer)]
    [InlineData("1e400, 1", FieldType.Keyword)]
    [InlineData("{\"a\": 1}, {\"a\": \"x\"}", FieldType.Keyword)]
    [InlineData("[], [1], [[]]", null)]
    [InlineData("{\"a\": 1}, 5", null)]
    [InlineData("[{\"a\": 1}], 5", null)]
    [InlineData("[{\"a\": 1}], {\"a\": 5}", FieldType.Object)]
    [InlineData("null, \"\", []", null)]
    public void The_type_is_one_that_accepts_all_values(string values, FieldType? type)
    {
        using var document = System.Text.Json.JsonDocument.Parse($"[{values}]");
        var lines = document.RootElement.EnumerateArray().Select((v, i) => $$"""{"id":{{i}},"value":{{v.GetRawText()}}}""");
        Draft("a.jsonl", string.Join('\n', lines)).Definition.Fields.Select(f => (FieldType?)f.Type).ShouldBe(type is null ? [] : [type]);
    }

    [Fact]
    public void Csv_gives_delimiter_encoding_and_types_by_content()
    {
        var text = "Artikelnr;Größe;Preis;PLZ;Aktiv;Since;Menge\n"
            + string.Concat(Enumerable.Range(1, 50).Select(i => $"{i};\"groß; {i}\";{i}.99;0{1000 + i};{(i % 2 == 0 ? "yes" : "No")};202301{1 + (i % 28):00};{i}\n"));
        var draft = Draft("a.csv", Encoding.Latin1.GetBytes(text));

        draft.Definition.Format.ShouldBe(new FeedFormat { Kind = FeedFormatKind.Csv, Delimiter = ';', Encoding = FeedEncoding.Latin1 });
        draft.Definition.Id.ShouldBe(FieldPath.Of("Artikelnr"));
        Described(draft).ShouldBe(
        [
            "Groesse: Text (Größe)", "Preis: Number volatile", "PLZ: Keyword", "Aktiv: Boolean facet", "Since: Date", "Menge: Integer",
        ]);
    }

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void Each_delimiter_is_recognised(char delimiter)
    {
        var rows = Enumerable.Range(1, 9).Select(i => string.Join(delimiter, $"{i}", "\"a, b; c|d\te\"", "x"));
        Draft("a.txt", "id" + delimiter + "name" + delimiter + "c\r\n" + string.Join("\r\n", rows)).Definition.Format.Delimiter.ShouldBe(delimiter);
    }

    [Theory]
    [InlineData("utf-16", true, FeedEncoding.Auto)]
    [InlineData("utf-16BE", true, FeedEncoding.Auto)]
    [InlineData("utf-16", false, FeedEncoding.Utf16)]
    [InlineData("utf-8", true, FeedEncoding.Auto)]
    public void Encodings_are_recognised_with_and_without_a_mark(string name, bool mark, FeedEncoding declared)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes("id,name\n1,Käse und Brot\n2,Wein ohne Brot\n")];
        var draft = Draft("a.csv", bytes);
        draft.Definition.Format.Encoding.ShouldBe(declared);
        draft.Definition.Fields.ShouldHaveSingleItem().Name.ShouldBe("name");
    }

    [Theory]
    [InlineData("[{\"id\":1},{\"id\":2}]", null)]
    [InlineData("  [ {\"id\":1} ]", null)]
    [InlineData("{\"meta\":{\"tags\":[{\"x\":1}]},\"data\":{\"products\":[{\"id\":1,\"name\":\"x\"},{\"id\":2,\"name\":\"y\"}]}}", "data.products")]
    [InlineData("{\n  \"a.b\": [\n    { \"id\": 1 },\n    { \"id\": 2 }\n  ]\n}", "['a.b']")]
    [InlineData("{\"products\":[{\"id\":1,\"variants\":[{\"a\":\"looooooooooooooooong\"},{\"a\":\"b\"}]}]}", "products")]
    public void The_records_of_a_json_feed_are_found(string json, string? path)
    {
        var format = Draft("a.json", json).Definition.Format;
        format.Kind.ShouldBe(FeedFormatKind.Json);
        format.Records?.ToString().ShouldBe(path);
    }

    [Fact]
    public void The_records_of_a_large_json_feed_are_found_behind_a_large_head()
    {
        var head = new string('x', 3 << 20);
        var records = string.Join(",", Enumerable.Range(0, 20_000).Select(i => $$"""{"id":{{i}},"name":"number {{i}} of all"}"""));
        var draft = Draft("a.json", Gzip(Encoding.UTF8.GetBytes($$"""{"head":"{{head}}","list":["a"],"items":[{{records}}]}""")));
        draft.Definition.Format.Records.ShouldBe(FieldPath.Of("items"));
        draft.Records.ShouldBe(20_000);
    }

    [Fact]
    public void One_object_per_line_is_json_lines_even_if_there_is_but_one_or_some_are_broken()
    {
        Draft("a.json", """{"id":1,"name":"a long name","parts":[{"a":1}]}""").Definition.Format.Kind.ShouldBe(FeedFormatKind.Jsonl);
        var draft = Draft("b.jsonl", "{\"id\":1}\n{broken}\n\n{\"id\":2}\r\n{\"id\":3}\n");
        draft.Definition.Format.Kind.ShouldBe(FeedFormatKind.Jsonl);
        draft.Records.ShouldBe(3);
        draft.ToYaml().ShouldContain("# 1 record cannot be read and will be rejected; the first one");
    }

    [Fact]
    public void A_merchant_feed_in_xml_gives_its_items_and_prefixed_names()
    {
        var items = string.Concat(Enumerable.Range(1, 30).Select(i =>
            $"<item><g:id>{i}</g:id><title>Lamp {i} of brass</title><g:price currency=\"EUR\">{i}.00</g:price><g:image_link>http://x/{i}.png</g:image_link>"
            + $"<g:availability>in stock</g:availability><g:shipping><g:country>AT</g:country></g:shipping>{(i % 2 == 0 ? "<g:extra>a</g:extra><g:extra>b</g:extra>" : "")}</item>"));
        var draft = Draft("a.xml", $"<?xml version=\"1.0\"?><rss xmlns:g=\"http://base.google.com/ns/1.0\" version=\"2.0\"><channel><title>Shop</title>{items}</channel></rss>");

        draft.Definition.Format.ShouldBe(new FeedFormat { Kind = FeedFormatKind.Xml, Records = FieldPath.Of("rss", "channel", "item") });
        draft.Definition.Id.ShouldBe(FieldPath.Of("g:id"));
        Described(draft).ShouldBe(
        [
            "title: Text boost 3", "price_currency: Keyword (g:price.@currency)", "price_text: Number (g:price.#text)", "image_link: Image (g:image_link)",
            "availability: Keyword volatile (g:availability)", "shipping_country: Keyword (g:shipping.g:country)", "extra: Keyword[] facet (g:extra)",
        ], ignoreOrder: true);
    }

    [Fact]
    public void The_only_record_of_an_xml_feed_is_neither_its_envelope_nor_a_part_of_it()
    {
        Draft("a.xml", "<shop><name>x</name><product><id>1</id><name>a b</name><price>1</price><stock><a>1</a></stock></product></shop>")
            .Definition.Format.Records.ShouldBe(FieldPath.Of("shop", "product"));
    }

    [Fact]
    public void The_id_is_the_best_named_of_those_that_are_everywhere_and_never_repeat()
    {
        Id("""{"name":"a","number":1,"product_id":"x","group_id":1}""", """{"name":"b","number":2,"product_id":"y","group_id":1}""").ShouldBe("product_id");
        Id("""{"id":1,"sku":"a"}""", """{"id":1,"sku":"b"}""").ShouldBe("sku");
        Id("""{"id":1,"sku":"a"}""", """{"sku":"b"}""").ShouldBe("sku");
        Id("""{"id":"","sku":"a"}""", """{"id":"x","sku":"b"}""").ShouldBe("sku");
        Id("""{"id":[1],"meta":{"id":7}}""", """{"id":[2],"meta":{"id":8}}""").ShouldBe("meta.id");
        Id("""{"price":1.5,"zzz":"a"}""", """{"price":2.5,"zzz":"b"}""").ShouldBe("zzz");

        string Id(params string[] lines) => Draft("a.jsonl", string.Join('\n', lines)).Definition.Id.ToString();
    }

    [Fact]
    public void Without_an_id_the_message_says_why_each_candidate_is_none_and_what_to_do()
    {
        var message = Refused("a.jsonl", "{\"id\":1,\"sku\":\"x\"}\n{\"id\":1}\n");
        message.ShouldContain("id has '1' a second time in record 2");
        message.ShouldContain("sku is missing in record 2");
        message.ShouldContain("--id <field>");
    }

    [Fact]
    public void A_named_id_is_taken_with_its_repetitions()
    {
        _workspace.With("a.jsonl", "{\"id\":1}\n{\"id\":1}\n{\"x\":2}\n");
        var draft = CatalogDraft.From(Path.Combine(_workspace.Folder, "a.jsonl"), new DraftOptions { Id = "id" });
        draft.ToYaml().ShouldContain("# as asked: 1 record without it, 1 with one that came before");
        Should.Throw<ReshelveException>(() => CatalogDraft.From(Path.Combine(_workspace.Folder, "a.jsonl"), new DraftOptions { Id = "idd" }))
            .Message.ShouldContain("Did you mean 'id'?");
        Should.Throw<ReshelveException>(() => CatalogDraft.From(Path.Combine(_workspace.Folder, "a.jsonl"), new DraftOptions { Id = "a..b" }));
    }

    [Fact]
    public void Thousands_of_field_names_leave_a_definition_that_a_person_can_read()
    {
        var lines = Enumerable.Range(0, 500).Select(i =>
            $$"""{"id":{{i}},"title":"Thing number {{i}}",{{string.Join(",", Enumerable.Range(0, 20).Select(j => $"\"attr_{((i * 20) + j) % 7000}\":\"v\""))}},"common{{i % 60}}":1,"brand":"b{{i % 5}}"}""");
        var draft = Draft("a.jsonl", string.Join('\n', lines));
        draft.Definition.Fields.Count.ShouldBeLessThanOrEqualTo(40);
        draft.Definition.Fields.Select(f => f.Name).ShouldBe(["title", "brand"]);
        draft.ToYaml().ShouldContain("fields, such as");
    }

    [Fact]
    public void Names_that_cannot_be_fields_are_replaced_and_stay_apart()
    {
        var draft = Draft("a.jsonl", "{\"id\":1,\"a b\":\"x\",\"a_b\":\"x\",\"A B\":\"x\",\"other\":\"x\",\"1st\":\"x\",\"日本\":\"x\",\"a.b\":\"x\",\"q'\\\"\\\\#: \":\"x\",\"_id\":\"x\",\"\":\"x\"}");
        draft.Definition.Fields.Select(f => f.From.Segments[0]).ShouldBe(["a b", "a_b", "A B", "other", "1st", "日本", "a.b", "q'\"\\#: ", "_id", ""]);
        draft.Definition.Fields.Select(f => f.Name.ToLowerInvariant()).ShouldBeUnique();
    }

    [Theory]
    [InlineData("mpreis-2023-10-19T052623.jsonl.gz", "mpreis")]
    [InlineData("products.jsonl.gz", "products")]
    [InlineData("My Shop_20240131.csv", "my-shop")]
    [InlineData("export-2024.01.31.xml", "export")]
    [InlineData("20240131.csv", "20240131")]
    [InlineData("top100.json", "top100")]
    [InlineData("日本.json", "catalog")]
    [InlineData("shop", "shop")]
    public void The_name_comes_from_the_file(string file, string name) => CatalogDraft.NameFor("/feeds/" + file).ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData(" \n\n ")]
    [InlineData("\u0001\u0002\u0003,a\nb")]
    [InlineData("just some text\nand more of it\n")]
    [InlineData("id,name\n")]
    [InlineData("[1,2,3]")]
    [InlineData("{\"a\":[1,2]\n}")]
    [InlineData("[{\"id\":1},")]
    [InlineData("{\"items\":[{\"id\":1}")]
    [InlineData("{oops")]
    [InlineData("[\n1\n,]")]
    [InlineData("<a/>")]
    [InlineData("<a><b>1</b><b>2</b></a>")]
    [InlineData("<a><b")]
    [InlineData("<!DOCTYPE a [<!ENTITY x \"y\">]><a><b c=\"1\"/></a>")]
    [InlineData("PK\u0003\u0004zip")]
    public void A_feed_without_usable_records_is_refused_with_a_message(string content)
    {
        var message = Refused("a.feed", content);
        message.ShouldContain("a.feed");
        message.TrimEnd().ShouldEndWith(".");
    }

    [Fact]
    public void A_missing_file_a_folder_a_cut_off_gzip_and_an_address_are_refused_with_a_message()
    {
        Should.Throw<FeedUnavailableException>(() => CatalogDraft.From(Path.Combine(_workspace.Folder, "none")));
        Should.Throw<ReshelveException>(() => CatalogDraft.From(_workspace.Folder));
        Should.Throw<ReshelveException>(() => CatalogDraft.From("https://h/feed.json"));
        var gzip = Gzip(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 5000).Select(i => $$"""{"id":{{i}}}"""))));
        _workspace.With("cut.gz", gzip[..^500]);
        Should.Throw<ReshelveException>(() => CatalogDraft.From(Path.Combine(_workspace.Folder, "cut.gz")));
    }

    [Fact]
    public void Whatever_the_records_hold_the_definition_reads_back_as_drafted()
    {
        var random = new Random(11);
        for (var run = 0; run < 150; run++)
        {
            var names = Enumerable.Range(0, random.Next(1, 9)).Select(_ => Text(random)).Append("id" + run).Distinct().ToArray();
            var lines = Enumerable.Range(0, random.Next(1, 30)).Select(i => Record(random, names, i));
            Draft("feed.jsonl", string.Join('\n', lines), new DraftOptions { Id = $"['id{run}']" });
        }
    }

    [Fact]
    public void Whatever_the_bytes_are_there_is_a_definition_or_a_message()
    {
        string[] seeds =
        [
            "{\"id\":1,\"name\":\"a b\",\"o\":{\"x\":[1,2]}}\n{\"id\":2,\"name\":\"c\"}\n",
            "{\"data\":{\"items\":[{\"id\":1},{\"id\":2,\"t\":[{\"a\":null}]}]},\"total\":2}",
            "[{\"id\":1,\"price\":\"1.5\"},{\"id\":2}]",
            "id;name;price\r\n1;\"a;b\"\"c\";1.5\r\n2;x;2\r\n",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><r xmlns:g=\"u\"><i a=\"1\"><g:id>1</g:id><b><![CDATA[x]]></b></i><i a=\"2\"><g:id>2</g:id></i></r>",
        ];
        var random = new Random(21);
        for (var run = 0; run < 1_500; run++)
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[run % seeds.Length]).ToList();
            for (var edits = random.Next(0, 6); edits > 0; edits--)
                Mutate(random, bytes);
            var content = random.Next(4) == 0 ? Gzip([.. bytes]) : [.. bytes];
            _workspace.With("fuzz", random.Next(8) == 0 ? content[..random.Next(content.Length + 1)] : content);
            try
            {
                ReadBack(CatalogDraft.From(Path.Combine(_workspace.Folder, "fuzz"), new DraftOptions { WorkspaceFolder = _workspace.Folder }));
            }
            catch (ReshelveException refused)
            {
                refused.Message.ShouldContain("fuzz");
            }
        }
    }

    [Fact]
    public void The_grocery_snapshot_gives_its_volatile_fields()
    {
        var draft = FromShared("grocery-daily/mpreis-2023-10-19T052623.jsonl.gz");
        draft.Definition.Name.ShouldBe("mpreis");
        draft.Definition.Id.ShouldBe(FieldPath.Of("id"));
        draft.Records.ShouldBeInRange(25_000, 26_000);
        draft.Definition.Fields.Where(f => f.Volatile).Select(f => f.Name).ShouldBe(["price", "priceSince", "unavailable"], ignoreOrder: true);
        draft.Definition.Fields.Single(f => f.Name == "quantity").Type.ShouldBe(FieldType.Number);
        draft.Definition.Fields.Single(f => f.Name == "category").Facet.ShouldBeTrue();
        Should.Throw<ReshelveException>(() => FromShared("grocery-daily/mpreis-2023-10-26T053158.jsonl.gz")).Message.ShouldContain("is empty");
    }

    [Fact]
    public void The_electronics_feed_gives_the_fields_that_matter()
    {
        var fields = FromShared("electronics/products.jsonl.gz").Definition.Fields.ToDictionary(f => f.Name);
        fields.Count.ShouldBe(40);
        fields["title"].ShouldSatisfyAllConditions(f => f.Type.ShouldBe(FieldType.Text), f => f.Boost.ShouldBeGreaterThan(1));
        fields["supplier"].ShouldSatisfyAllConditions(f => f.Type.ShouldBe(FieldType.Keyword), f => f.Facet.ShouldBeTrue());
        fields["price"].Volatile.ShouldBeTrue();
        fields["ean"].ShouldSatisfyAllConditions(f => f.Type.ShouldBe(FieldType.Keyword), f => f.List.ShouldBeTrue());
        fields["date_released"].Type.ShouldBe(FieldType.Date);
        fields.Values.Count(f => f.Type == FieldType.Image).ShouldBe(4);
    }

    [Fact]
    public void The_sticker_feed_gives_searchable_words_and_images()
    {
        Described(FromShared("stickers/stickers.jsonl")).ShouldBe(["char: Keyword", "image: Image", "name: Text boost 3", "keywords: Text[]"]);
    }

    [Fact]
    public void Every_csv_of_the_conformance_suite_gives_a_definition()
    {
        foreach (var file in Directory.EnumerateFiles(SharedData.File("csv-tests/csvs")))
            FromShared(Path.Combine("csv-tests/csvs", Path.GetFileName(file))).Definition.Format.Kind.ShouldBe(FeedFormatKind.Csv);
    }

    [Fact]
    public void No_xml_bomb_goes_off()
    {
        foreach (var file in Directory.EnumerateFiles(SharedData.File("xml-bombs/xmltestdata"), "*.xml"))
            Should.Throw<ReshelveException>(() => CatalogDraft.From(file), file);
    }

    [Fact]
    public void No_json_of_the_conformance_suite_makes_it_fail()
    {
        foreach (var file in Directory.EnumerateFiles(SharedData.File("json-tests/test_parsing")))
        {
            try
            {
                CatalogDraft.From(file).ToYaml();
            }
            catch (ReshelveException refused)
            {
                refused.Message.ShouldContain(Path.GetFileName(file));
            }
        }
    }

    private CatalogDraft FromShared(string path)
    {
        var draft = CatalogDraft.From(SharedData.File(path), new DraftOptions { WorkspaceFolder = _workspace.Folder });
        return ReadBack(draft);
    }

    private CatalogDraft Draft(string file, string content, DraftOptions? options = null) => Draft(file, Encoding.UTF8.GetBytes(content), options);

    private CatalogDraft Draft(string file, byte[] content, DraftOptions? options = null)
    {
        _workspace.With("feeds/" + file, content);
        var draft = CatalogDraft.From(Path.Combine(_workspace.Folder, "feeds", file), (options ?? new()) with { WorkspaceFolder = _workspace.Folder });
        draft.Definition.Source.Path.ShouldBe("feeds/" + file);
        return ReadBack(draft);
    }

    private CatalogDraft ReadBack(CatalogDraft draft)
    {
        _workspace.With($"catalogs/{draft.Definition.Name}.yaml", draft.ToYaml());
        var result = Workspace.Open(_workspace.Folder).LoadCatalog(draft.Definition.Name);
        result.Errors.Select(e => e.ToString()).ShouldBeEmpty(draft.ToYaml());
        var read = result.Catalogs.ShouldHaveSingleItem();
        read.Fields.ShouldBe(draft.Definition.Fields);
        (read with { Fields = draft.Definition.Fields, Source = draft.Definition.Source }).ShouldBe(draft.Definition);
        (read.Source.Path, read.Source.Url).ShouldBe((draft.Definition.Source.Path, draft.Definition.Source.Url));
        return draft;
    }

    private string Refused(string file, string content)
    {
        _workspace.With(file, content);
        return Should.Throw<ReshelveException>(() => CatalogDraft.From(Path.Combine(_workspace.Folder, file))).Message;
    }

    private static IEnumerable<string> Described(CatalogDraft draft) => draft.Definition.Fields.Select(f =>
        $"{f.Name}: {f.Type}{(f.List ? "[]" : "")}{(f.Volatile ? " volatile" : "")}{(f.Facet ? " facet" : "")}{(f.Boost != 1 ? $" boost {f.Boost}" : "")}"
        + (f.From.Equals(FieldPath.Of(f.Name)) ? "" : $" ({f.From})"));

    private static void Mutate(Random random, List<byte> bytes)
    {
        const string alphabet = "{}[]<>/\"',:;|&#x0 \t\r\n\0\u00e9\uFFFDaz19-+.e\\!";
        var at = random.Next(bytes.Count + 1);
        if (random.Next(3) == 0 && at < bytes.Count)
            bytes.RemoveAt(at);
        else if (random.Next(3) == 0)
            bytes.Insert(at, (byte)random.Next(256));
        else if (random.Next(4) == 0)
            bytes.InsertRange(at, bytes.GetRange(0, at));
        else
            bytes.InsertRange(at, Encoding.UTF8.GetBytes(alphabet.Substring(random.Next(alphabet.Length), 1)));
    }

    private static string Record(Random random, string[] names, int number) =>
        "{" + string.Join(",", names.Select(n => System.Text.Json.JsonSerializer.Serialize(n) + ":" + (n.StartsWith("id", StringComparison.Ordinal) ? $"{number}" : Value(random, 0)))) + "}";

    private static string Value(Random random, int depth) => random.Next(depth > 2 ? 5 : 8) switch
    {
        0 => "null",
        1 => random.Next(-5, 5).ToString(),
        2 => (random.NextDouble() * 100).ToString("R"),
        3 => random.Next(2) == 0 ? "true" : "false",
        4 => System.Text.Json.JsonSerializer.Serialize(Text(random)),
        5 => "[" + string.Join(",", Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1))) + "]",
        _ => "{" + string.Join(",", Enumerable.Range(0, random.Next(4)).Select(i => $"\"k{i}{(random.Next(3) == 0 ? ".': #" : "")}\":{Value(random, depth + 1)}")) + "}",
    };

    private static string Text(Random random)
    {
        const string alphabet = "abcXYZ0123 .-_:'\"#[]{}&*!|>%@`,\\/äß日😀\t\n\u2028\u0085";
        var runes = alphabet.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => runes[random.Next(runes.Length)].ToString()));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return stream.ToArray();
    }
}
