using System.Text;
using Reshelve.Catalogs;

namespace Reshelve.Tests.Catalogs;

public sealed class DefinitionErrorTests
{
    private const string Least = "source: feeds/a.jsonl\nformat: jsonl\nid: id\n";

    [Fact]
    public void All_errors_of_all_definitions_come_at_once_with_their_places()
    {
        using var workspace = new TemporaryWorkspace()
            .With("reshelve.yaml", "paralel: 3\n")
            .With("catalogs/a.yaml", "sorce: x\nformat: jsonl\nid: id\n")
            .With("catalogs/b.yaml", Least + "fields:\n  price: nubmer\n  title: { type: text, facet: true, boost: 0 }\n")
            .With("catalogs/good.yaml", Least);

        var result = workspace.Load();

        result.Catalogs.ShouldHaveSingleItem().Name.ShouldBe("good");
        result.Errors.Select(e => (e.File, e.Line, e.Column, e.Path)).ShouldBe(
        [
            ("reshelve.yaml", 1, 1, "paralel"),
            ("catalogs/a.yaml", 1, 1, ""),
            ("catalogs/a.yaml", 1, 1, "sorce"),
            ("catalogs/b.yaml", 5, 10, "fields.price"),
            ("catalogs/b.yaml", 6, 44, "fields.title.boost"),
        ], ignoreOrder: true);
        result.Errors.Single(e => e.Path == "sorce").Remedy.ShouldStartWith("Did you mean 'source'?");
        result.Errors.Single(e => e.Path == "fields.price").ToString()
            .ShouldBe("catalogs/b.yaml:5:10: fields.price: 'nubmer' is none of the types. Did you mean 'number'? The types are text, keyword, number, integer, boolean, date, url, image, object.");
    }

    [Theory]
    [InlineData("removals: 100%", null)]
    [InlineData("removals: 101%", "checks.removals")]
    [InlineData("rejected: { share: 500%, floor: 1 }", "checks.rejected")]
    [InlineData("larger feed: 300%", null)]
    public void A_check_that_would_never_hold_is_switched_off_on_purpose_or_a_mistake(string check, string? wrong)
    {
        using var workspace = new TemporaryWorkspace().With("catalogs/a.yaml", Least + $"checks: {{ {check} }}\n");

        workspace.Load().Errors.Select(error => error.Path).ShouldBe(wrong is null ? [] : [wrong]);
    }

    [Fact]
    public void Signs_are_told_in_quotes_and_nothing_is_guessed_of_one_character() =>
        TemporaryWorkspace.Error("source: a\nformat: { type: csv, delimiter: \"#\" }\nid: id\n").Remedy
            .ShouldBe("The delimiters are ',', ';', tab, '|'");

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("# nothing\n", "is empty")]
    [InlineData("---\n", "is empty")]
    [InlineData("- a\n", "is a list where keys with values belong")]
    [InlineData("text", "is a single value where keys with values belong")]
    public void A_file_without_keys_is_one_error(string yaml, string problem) =>
        TemporaryWorkspace.Error(yaml).Problem.ShouldBe(problem);

    [Theory]
    [InlineData("source: a\nformat: [jsonl\nid: id\n", 2)]
    [InlineData("source: \"a\nformat: jsonl\n", 1)]
    [InlineData("source: a\n\tformat: jsonl\n", 2)]
    [InlineData("source: a\n  format: jsonl\n", 2)]
    [InlineData("source: *nothing\n", 1)]
    [InlineData("a: &a [ *a ]\n", 1)]
    [InlineData("source: !!python/object:os.system x\n", 1)]
    [InlineData("source: a\n---\nsource: b\n", 2)]
    [InlineData("[a, b]: c\n", 1)]
    [InlineData("{", 1)]
    [InlineData("%YAML 9.9\n---\na: b\n", 1)]
    public void Broken_yaml_is_one_error_with_its_line(string yaml, int line)
    {
        var error = TemporaryWorkspace.Error(yaml);
        error.Line.ShouldBeInRange(line, line + 2);
        error.Column.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_tab_is_named_as_the_cause() =>
        TemporaryWorkspace.Error("fields:\n\ttitle: text\n").Problem.ShouldContain("tab");

    [Fact]
    public void No_text_whatever_makes_the_reader_fail()
    {
        const string alphabet = "ab:-?[]{},#&*!|>'\"%@`~ \n\n\t  <=.01\u0085\u2028\uFEFFäid";
        const string good = "source: { path: 'a', pick: all }\nformat: &f { type: csv, delimiter: \";\" }\nid: id\nfields:\n  a: text\n  b: { type: number, from: x.y }\n";
        var random = new Random(4);
        using var workspace = new TemporaryWorkspace();
        for (var i = 0; i < 3_000; i++)
        {
            var text = new StringBuilder(i % 2 == 0 ? good : "");
            for (var edits = random.Next(1, 12); edits > 0; edits--)
                text.Insert(random.Next(text.Length + 1), alphabet[random.Next(alphabet.Length)]);
            workspace.With("catalogs/shop.yaml", text.ToString());
            var result = workspace.Load();
            (result.Catalogs.Count == 1).ShouldBe(result.Errors.Count == 0, text.ToString());
        }
    }

    [Fact]
    public void Deep_nesting_and_alias_bombs_end_quickly()
    {
        TemporaryWorkspace.Error("a: " + new string('[', 100_000)).Problem.ShouldContain("nests deeper");
        var bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (var i = 1; i < 30; i++)
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        TemporaryWorkspace.Errors(bomb.ToString()).Count.ShouldBe(33);
        var many = new StringBuilder("a: &a x\nb: [" + string.Join(",", Enumerable.Repeat("*a", 1001)) + "]\n");
        TemporaryWorkspace.Error(many.ToString()).Problem.ShouldContain("1000 aliases");
    }

    [Fact]
    public void Files_that_are_no_text_are_errors()
    {
        Read([0x61, 0x3A, 0x20, 0x0A, 0xFF, 0x0A]).ShouldBe((2, 1, "is not UTF-8"));
        Read([0x61, 0x00]).ShouldBe((1, 2, "contains a zero byte"));
        Read(Encoding.UTF8.GetBytes("# " + new string('x', 2 << 20))).Problem.ShouldBe("is larger than 1024 KiB");

        static (int Line, int Column, string Problem) Read(byte[] bytes)
        {
            using var workspace = new TemporaryWorkspace().With("catalogs/shop.yaml", bytes);
            var error = workspace.Load().Errors.ShouldHaveSingleItem();
            return (error.Line, error.Column, error.Problem);
        }
    }

    [Fact]
    public void A_byte_order_mark_is_no_error()
    {
        using var workspace = new TemporaryWorkspace().With("catalogs/shop.yaml", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Least)]);
        workspace.Load().Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("source: [a]\n", "source")]
    [InlineData("source:\n", "source")]
    [InlineData("source: { path: a, url: http://h/ }\n", "source")]
    [InlineData("source: {}\n", "source")]
    [InlineData("source: { url: ftp://h/x }\n", "source.url")]
    [InlineData("source: file:///etc/passwd\n", "source")]
    [InlineData("source: https://user:secret@h/x\n", "source")]
    [InlineData("source: { url: \"http://\" }\n", "source.url")]
    [InlineData("source: { path: http://h/x }\n", "source.path")]
    [InlineData("source: { path: a, headers: { A: b } }\n", "source.headers")]
    [InlineData("source: { path: a, timeout: 5s }\n", "source.timeout")]
    [InlineData("source: { url: http://h/, pick: newest }\n", "source.pick")]
    [InlineData("source: { url: http://h/, timeout: 5 }\n", "source.timeout")]
    [InlineData("source: { url: http://h/, timeout: 999999999999999999999h }\n", "source.timeout")]
    [InlineData("source: { url: http://h/, retries: -1 }\n", "source.retries")]
    [InlineData("source: { url: http://h/, retries: 1.5 }\n", "source.retries")]
    [InlineData("source: { url: http://h/, headers: { \"A B\": c } }\n", "source.headers.A B")]
    [InlineData("source: { url: http://h/, headers: { A: \"b\\r\\nC: d\" } }\n", "source.headers.A")]
    [InlineData("source: { url: http://h/, headers: { A: \"${B\" } }\n", "source.headers.A")]
    [InlineData("source: { url: http://h/, headers: { A: b, a: c } }\n", "source.headers.a")]
    [InlineData("source: \"a\\0b\"\n", "source")]
    [InlineData("source: \"\"\n", "source")]
    public void A_source_that_cannot_be_is_an_error(string source, string path) =>
        TemporaryWorkspace.Error(source + "format: jsonl\nid: id\n").Path.ShouldStartWith(path);

    [Theory]
    [InlineData("format: yaml\n", "format")]
    [InlineData("format: JSONL\n", "format")]
    [InlineData("format: {}\n", "format")]
    [InlineData("format: { type: jsonl, records: a }\n", "format.records")]
    [InlineData("format: { type: csv, count: a }\n", "format.count")]
    [InlineData("format: { type: json, delimiter: \",\" }\n", "format.delimiter")]
    [InlineData("format: { type: csv, delimiter: \":\" }\n", "format.delimiter")]
    [InlineData("format: { type: tsv, delimiter: \";\" }\n", "format.delimiter")]
    [InlineData("format: { type: json, count: total }\n", "format.count")]
    [InlineData("format: { type: json, records: items, count: items.total }\n", "format.count")]
    [InlineData("format: { type: json, records: \"a..b\" }\n", "format.records")]
    [InlineData("format: { type: xml, encoding: utf-7 }\n", "format.encoding")]
    public void A_format_that_cannot_be_is_an_error(string format, string path) =>
        TemporaryWorkspace.Error("source: a\nid: id\n" + format).Path.ShouldBe(path);

    [Theory]
    [InlineData("feed: half\n", "feed")]
    [InlineData("removals: never\n", "removals")]
    [InlineData("others: hide\n", "others")]
    [InlineData("tombstone: {}\n", "tombstone")]
    [InlineData("tombstone: { field: a, values: [] }\n", "tombstone.values")]
    [InlineData("tombstone: { field: a, values: [[b]] }\n", "tombstone.values[0]")]
    [InlineData("limits: { record: 1 PB }\n", "limits.record")]
    [InlineData("limits: { record: 2 GiB }\n", "limits.record")]
    [InlineData("limits: { record: -1 }\n", "limits.record")]
    [InlineData("limits: { feed: 79228162514264337593543950335 TiB }\n", "limits.feed")]
    [InlineData("limits: { expansion: 0 }\n", "limits.expansion")]
    [InlineData("limits: 5\n", "limits")]
    [InlineData("id: other\n", "id")]
    [InlineData("<<: { a: b }\n", "")]
    public void Other_values_that_cannot_be_are_errors(string line, string path) =>
        TemporaryWorkspace.Error(Least + line).Path.ShouldBe(path);

    [Theory]
    [InlineData("a b: text", "fields.a b")]
    [InlineData("1a: text", "fields.1a")]
    [InlineData("größe: text", "fields.größe")]
    [InlineData("a.b: text", "fields.a.b")]
    [InlineData("other: text", "fields.other")]
    [InlineData("Other: text", "fields.Other")]
    [InlineData("_id: keyword", "fields._id")]
    [InlineData("_score: number", "fields._score")]
    [InlineData("a:", "fields.a")]
    [InlineData("a: [text]", "fields.a")]
    [InlineData("a: string", "fields.a")]
    [InlineData("a: {}", "fields.a")]
    [InlineData("a: { type: keyword, boost: 2 }", "fields.a.boost")]
    [InlineData("a: { type: text, boost: 0 }", "fields.a.boost")]
    [InlineData("a: { type: text, boost: -1 }", "fields.a.boost")]
    [InlineData("a: { type: text, boost: NaN }", "fields.a.boost")]
    [InlineData("a: { type: text, boost: Infinity }", "fields.a.boost")]
    [InlineData("a: { type: text, facet: true }", "fields.a.facet")]
    [InlineData("a: { type: object, facet: true }", "fields.a.facet")]
    [InlineData("a: { type: keyword, facet: \"true\" }", "fields.a.facet")]
    [InlineData("a: { type: keyword, facet: yes }", "fields.a.facet")]
    [InlineData("a: { type: keyword, from: \"x[\" }", "fields.a.from")]
    [InlineData("a: { type: keyword, from: \"\" }", "fields.a.from")]
    [InlineData("a: { type: keyword, volatil: true }", "fields.a.volatil")]
    [InlineData("a: text\n  a: text", "fields.a")]
    [InlineData("a: text\n  A: text", "fields.A")]
    public void A_field_that_cannot_be_is_an_error(string field, string path) =>
        TemporaryWorkspace.Error(Least + "fields:\n  " + field + "\n").Path.ShouldBe(path);

    [Fact]
    public void A_name_that_cannot_be_comes_with_one_that_can_and_its_path()
    {
        TemporaryWorkspace.Error(Least + "fields:\n  g:price.now: number\n").Remedy.ShouldContain("g_price_now: { type: text, from: \"['g:price.now']\" }");
        TemporaryWorkspace.Error(Least + "fields:\n  other: text\n").Remedy.ShouldContain("field_other");
    }

    [Fact]
    public void A_definition_may_not_declare_thousands_of_fields()
    {
        var fields = string.Concat(Enumerable.Range(0, 1001).Select(i => $"  f{i}: keyword\n"));
        TemporaryWorkspace.Error(Least + "fields:\n" + fields).Remedy.ShouldContain("others: store");
    }

    [Fact]
    public void Values_are_shown_short_and_without_control_characters()
    {
        var error = TemporaryWorkspace.Error(Least + $"feed: \"{new string('x', 500)}\\e[31m\"\n");
        error.Value!.Length.ShouldBeLessThan(100);
        TemporaryWorkspace.Error(Least + "feed: \"a\\e[31m\"\n").Value.ShouldBe("a\\u001b[31m");
    }

    [Fact]
    public void Secrets_are_not_shown() =>
        TemporaryWorkspace.Error("source: https://user:secret@h/x\nformat: jsonl\nid: id\n").ToString().ShouldNotContain("secret");

    [Theory]
    [InlineData("price", "pirce")]
    [InlineData("volatile", "volitile")]
    [InlineData("tombstone", "tombstones")]
    public void A_misspelled_name_is_recognised(string meant, string written) =>
        Reshelve.Catalogs.Yaml.Spelling.Closest(written, ["source", "price", "volatile", "tombstone"]).ShouldBe(meant);
}
