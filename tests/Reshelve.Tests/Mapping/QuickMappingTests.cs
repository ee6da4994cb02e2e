using System.Text;
using Reshelve.Catalogs;
using Reshelve.Hashing;
using Reshelve.Mapping;

namespace Reshelve.Tests.Mapping;

/// <summary>
/// The quick way through a record gives what the thorough one gives, for anything that can be delivered. A failure names its
/// seed: replay it
/// with RESHELVE_TEST_SEED=&lt;seed&gt;.
/// </summary>
public sealed class QuickMappingTests
{
    private static readonly KeyedHash Hash = KeyedHash.Derive(new byte[KeyedHash.SeedBytes], "document");

    private static readonly CatalogDefinition Definition = Some.Catalog(
        Some.Field("name"),
        Some.Field("code", FieldType.Keyword) with { List = true },
        Some.Field("price", FieldType.Number) with { Volatile = true, From = FieldPath.Parse("offer.price") },
        Some.Field("stock", FieldType.Integer) with { Volatile = true },
        Some.Field("new", FieldType.Boolean),
        Some.Field("since", FieldType.Date),
        Some.Field("link", FieldType.Url),
        Some.Field("size", FieldType.Object),
        Some.Field("colours", FieldType.Keyword) with { List = true, From = FieldPath.Parse("variants.colour") }) with
    {
        Tombstone = new Tombstone(FieldPath.Of("gone"), ["true"]),
    };

    private static readonly CatalogDefinition[] Definitions =
    [
        Definition,
        Definition with { Others = OtherFields.Drop, Tombstone = new Tombstone(FieldPath.Parse("offer.gone"), ["true"]) },
        Some.Catalog(
            Some.Field("offer", FieldType.Object),
            Some.Field("x", FieldType.Number) with { From = FieldPath.Parse("offer.x"), Required = true },
            Some.Field("name", FieldType.Keyword) with { From = FieldPath.Parse("variants.colour.name"), Volatile = true }),
        Some.Catalog(Some.Field("again") with { From = FieldPath.Of("id") }) with { Id = FieldPath.Parse("offer.id") },
    ];

    private static readonly string[] Names =
        ["id", "name", "code", "offer", "price", "stock", "new", "since", "link", "size", "variants", "colour", "gone", "x", "yy", "é", "", "na\\u006de", "\\ud83d", "\\u0078", "a\\\"b", "\\x", "a name that does not fit one vector of thirty-two bytes"];

    private static readonly string[] Scalars =
    [
        "1", "0", "-0", "1.50", "15e-1", "1E400", "01", "+1", "12345678901234567890", "0.0000001", "true", "false", "null", "tru", "\"\"", "\" \"", "\"a\"",
        "\"tea \\u00e4 \\n\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\x\"", "\"\\u12\"", "\"20230913\"", "\"2023-09-13T10:15:00+02:00\"",
        "20230913", "\"yes\"", "\"https://x.example/ä?b=1&c=%20\"", "\"a long text that takes more than thirty-two bytes to hold\"", "\"tab\t\"", "\"unclosed", "-",
        "\"\\ude00\\ud83d\"", "\"\\u0022\\\\\\u005c\\/\"", "\"\\u0020a\\u0009\"", "\" \\n\"", "\"\\u0000\\u001F\"", "\"a\\\\\"", "\"a\\\"", "1.", ".5", "1e", "1e+", "-01", "00", "1x", "true1", "nullnull",
        "1e100000", "1e100001", "1E-7", "0.1e1", "100e-2", "-0.0", "123456789012345678", "1234567890123456789012e-4", "99999999999999999999", "NaN", "\u00a0", "\ufeff", "//", "'a'",
    ];

    [Fact]
    public void Both_ways_give_the_same_for_random_records()
    {
        var pairs = Definitions.Select(definition => new Pair(definition)).ToArray();
        foreach (var seed in Seeds.Of(40_000))
        {
            var record = Record(new Random(seed));
            foreach (var pair in pairs)
                pair.ShouldAgreeOn(record, $"Replay with RESHELVE_TEST_SEED={seed}.");
        }
    }

    // The first is learnt from, the others are read by what was learnt: all that differs are contents, good and bad ones.
    [Fact]
    public void Both_ways_give_the_same_for_records_of_one_shape()
    {
        foreach (var seed in Seeds.Of(4_000))
        {
            var pairs = Definitions.Select(definition => new Pair(definition)).ToArray();
            for (var content = 0; content < 8; content++)
            {
                var record = Encoding.UTF8.GetBytes(Shaped(new Random(seed), new Random(HashCode.Combine(seed, content)), 3, content < 2));
                foreach (var pair in pairs)
                    pair.ShouldAgreeOn(record, $"Content {content}. Replay with RESHELVE_TEST_SEED={seed}.");
            }
        }
    }

    [Fact]
    public void Contents_that_a_shape_does_not_tell_are_looked_at()
    {
        string[] records =
        [
            """{"id":"1","name":"a","offer":{"price":1.50,"y":2},"gone":"no","x":["u",{"b":1,"a":"v"}],"size":{"c":"w","d":[3,null]},"new":true}""",
            """{"id":"2","name":"b","offer":{"price":7,"y":3},"gone":"no","x":["t",{"b":2,"a":"u"}],"size":{"c":"v","d":[4,null]},"new":false}""",
        ];
        foreach (var pair in Definitions.Select(definition => new Pair(definition)))
        {
            foreach (var record in records)
                pair.ShouldAgreeOn(Encoding.UTF8.GetBytes(record), "As learnt.");
            foreach (var (good, bad) in new[]
            {
                ("\"no\"", "\"true\""), ("\"no\"", "\"\\x\""), ("\"u\"", "\"\\ud800\""), ("\"v\"", "\"\\u00e4\""), ("\"w\"", "\"\\q\""),
                ("true", "trux"), ("true", "truely"), ("null", "nulx"), ("1.50", "1.5x"), ("2}", "1e100001}"), ("3,", "03,"), ("3,", "-,"), ("\"a\"", "\"\""),
                ("\"a\"", "\" \""), ("\"1\"", "\"\""), ("\"1\"", "\"\\ud83d\""), ("\"y\"", "\"z\""), ("\"y\"", "\"\\u0079\""), ("\"x\"", "\"é\""),
                ("}", "}}"), ("],", "]"), (":2}", ":2,}"), ("[3,", "[3 "), ("\"y\"", "\"price\""), ("\"new\"", "\"id\""),
            })
            {
                var at = records[0].IndexOf(good, StringComparison.Ordinal);
                pair.ShouldAgreeOn(Encoding.UTF8.GetBytes(records[0][..at] + bad + records[0][(at + good.Length)..]), $"{bad} for {good}.");
            }
        }
    }

    [Fact]
    public void Most_records_go_the_quick_way()
    {
        Quick("""{"id":"1","name":"a","code":["a","b"],"offer":{"price":1.50,"y":2},"stock":3,"gone":false,"x":[{"b":1,"a":"\u00e4"}]}""").ShouldBeTrue();
        Quick("""{ "\u0069d" : "1", "n\u0061me" : "\u0061", "size" : { "b" : 1, "a" : { "c" : null } }, "variants" : [ { "colour" : "red", "x" : 1 } ] }""").ShouldBeTrue();
        Quick("""{"id":"1","name":"a","name":"b"}""").ShouldBeFalse();
        Quick("""{"id":"1"} {}""").ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"id":"1","\u0069d":"2"}""")]
    [InlineData("""{"id":"1","x":1,"\u0078":2,"x":3,"\u0078":{"b":1,"a":2}}""")]
    [InlineData("""{"id":"1","gone":"\x"}""")]
    [InlineData("""{"id":"1","gone":"tru\u0065"}""")]
    [InlineData("""{"id":"1","gone":"true","name":"\x"}""")]
    [InlineData("""{"id":"1","gone":true,"since":"never","stock":1.5,"x":"\ud800"}""")]
    [InlineData("""{"id":"1","name":"\ud800","x":"\x"}""")]
    [InlineData("""{"id":"1","x":{"\ud800":1}}""")]
    [InlineData("""{"id":"1","x":{"\q":1}}""")]
    [InlineData("""{"id":"1","size":{"\ud800":"\q"}}""")]
    [InlineData("""{"id":"1","size":{"b":"\u00","a":1}}""")]
    [InlineData("""{"id":"1","offer":{"price":1},"offer":{"y":2}}""")]
    [InlineData("""{"id":"1","offer":[{"price":1,"y":2},[{"z":1}],3,null]}""")]
    [InlineData("""{"id":"1","offer":{"price":1},"variants":[],"link":null}""")]
    [InlineData("""{"id":"1","offer":{},"variants":[{}],"x":{},"y":[]}""")]
    [InlineData("""{"id":"1","name":"a" "x":1}""")]
    [InlineData("""{"id":"1","name":"a","x":[1 2]}""")]
    [InlineData("""{"id":"1","x":[1,]}""")]
    [InlineData("""{"id":"1",}""")]
    [InlineData("""{"id":"1"}x""")]
    [InlineData("""{"id":"1"}}""")]
    [InlineData("""{"id":"1","x":"a"b}""")]
    [InlineData("""{"id":"1","x":}""")]
    [InlineData("""{"id":"1","x"}""")]
    [InlineData("""{"id":"1","x":{"a":1]}""")]
    [InlineData("""{"id" "1"}""")]
    [InlineData("""{"id":"1\\"}""")]
    [InlineData("""{"id":"1\\\"}""")]
    [InlineData("""{"id":1e100001,"name":1}""")]
    [InlineData("""{"id":"","name":" \t "}""")]
    [InlineData("""{"id":"1","stock":9223372036854775808,"x":1e400}""")]
    [InlineData("\ufeff{\"id\":\"1\"}")]
    [InlineData("{\"id\":\"1\",\"x\":\"\u0001\"}")]
    [InlineData("{\"id\":\"1\"\u0001}")]
    [InlineData("{\"id\":\"1\"}\0")]
    [InlineData("{\"id\":\"1\",\"x\":\"\u007f\"}")]
    [InlineData("{")]
    [InlineData("{\"")]
    [InlineData("{\"id\":")]
    [InlineData("[")]
    [InlineData("")]
    [InlineData(" ")]
    public void Both_ways_give_the_same_for_hostile_records(string record)
    {
        // Each at every place of a block of 64 bytes, and by mappers that have seen usual records before.
        foreach (var pair in Definitions.Select(definition => new Pair(definition)))
        {
            pair.ShouldAgreeOn("""{"id":"1","name":"a","offer":{"price":1,"y":2},"x":{"b":1,"a":2}}"""u8.ToArray(), "");
            for (var spaces = 0; spaces <= 64; spaces++)
                pair.ShouldAgreeOn(Encoding.UTF8.GetBytes(record.Insert(record.IndexOf('{') + 1, new string(' ', spaces))), $"{spaces} spaces.");
        }
    }

    [Fact]
    public void Both_ways_give_the_same_where_bytes_are_no_UTF8()
    {
        var pair = new Pair(Definition);
        foreach (var place in new[] { "id", "name", "x", "gone", "code" })
        {
            foreach (var bytes in new byte[][] { [0xff], [0xc0, 0xaf], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80] })
            {
                pair.ShouldAgreeOn([.. Encoding.UTF8.GetBytes($$"""{"id":"1","{{place}}":"a"""), .. bytes, .. "b\"}"u8], place);
                pair.ShouldAgreeOn([.. Encoding.UTF8.GetBytes($$"""{"id":"1","{{place}}"""), .. bytes, .. "\":1}"u8], place);
            }
        }
    }

    [Fact]
    public void Both_ways_give_the_same_where_names_are_data_and_never_end()
    {
        var pair = new Pair(Definition);
        for (var i = 0; i < 30; i++)
        {
            var members = string.Join(',', Enumerable.Range(i * 1000, 1000).Reverse().Select(n => $"\"n{n}\":{{\"z\":{n},\"a\":[]}}"));
            var names = "{" + members + "}";
            pair.ShouldAgreeOn(
                Encoding.UTF8.GetBytes($$"""{"id":"1","x":{{names}},"x":{{names}},"offer":{{names}},"variants":[{{names}}]}"""), $"Record {i}.");
            pair.ShouldAgreeOn(Encoding.UTF8.GetBytes($$"""{"id":"1","name":"a",{{members}}}"""), $"Record {i}.");
        }
    }

    [Theory]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void Both_ways_agree_on_how_deep_a_record_may_nest(int depth)
    {
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            var nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
            foreach (var name in new[] { "x", "size", "code", "variants" })
            {
                var record = Encoding.UTF8.GetBytes($$"""{"id":"1","{{name}}":{{nested}}}""");
                Map(new DocumentMapper(Definition, Hash), record).ShouldBe(Map(new DocumentMapper(Definition, Hash, quick: false), record));
            }
        }
    }

    private static byte[] Record(Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(random.Next(10) == 0 ? Value(random, 3) : Object(random, 3, withId: true));
        for (var mutations = random.Next(3) == 0 ? random.Next(1, 4) : 0; mutations > 0 && bytes.Length > 0; mutations--)
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "{}[]\",:\\0 "u8[random.Next(10)];
        return bytes;
    }

    private static string Object(Random random, int depth, bool withId = false)
    {
        var members = Enumerable.Range(0, random.Next(1, 9)).Select(_ => Member(Names[random.Next(Names.Length)], Value(random, depth - 1), random)).ToList();
        if (withId && random.Next(8) > 0)
            members.Insert(random.Next(members.Count + 1), Member("id", random.Next(3) == 0 ? "17" : "\"p-1\"", random));
        return "{" + Space(random) + string.Join("," + Space(random), members) + "}" + (random.Next(40) == 0 ? "," : "");
    }

    private static string Member(string name, string value, Random random) => $"\"{name}\"{Space(random)}:{Space(random)}{value}{Space(random)}";

    private static string Value(Random random, int depth) => (depth > 0 ? random.Next(6) : 5) switch
    {
        0 or 1 => Object(random, depth),
        2 => "[" + string.Join(",", Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))) + "]",
        _ => Scalars[random.Next(random.Next(3) == 0 ? Scalars.Length : 13)],
    };

    private static string Shaped(Random shape, Random content, int depth, bool isGood)
    {
        // Every draw from the shape's numbers is made whatever the content is.
        var members = Enumerable.Range(0, shape.Next(1, 9)).Select(_ => $"\"{Names[shape.Next(Names.Length)]}\":{ShapedValue(shape, content, depth - 1, isGood)}").ToList();
        if (depth == 3)
            members.Insert(shape.Next(members.Count + 1), $"\"id\":\"p-{content.Next(10)}\"");
        return "{" + string.Join(",", members) + "}";
    }

    private static string ShapedValue(Random shape, Random content, int depth, bool isGood) => (depth > 0 ? shape.Next(8) : shape.Next(2, 8)) switch
    {
        0 => Shaped(shape, content, depth, isGood),
        1 => "[" + string.Join(",", Enumerable.Range(0, shape.Next(4)).Select(_ => ShapedValue(shape, content, depth - 1, isGood)).ToList()) + "]",
        2 or 3 => content.Next(2) == 0 ? "true" : "false",
        4 => content.Next(isGood ? 1 : 9) == 0 ? "null" : content.Next(2) == 0 ? "nulx" : "null",
        5 => Any(content, isGood, text => text[0] is '-' or (>= '0' and <= '9')),
        _ => Any(content, isGood, text => text[0] == '"'),
    };

    private static string Any(Random content, bool isGood, Func<string, bool> isOfKind)
    {
        var scalars = Scalars.Where(isOfKind).ToArray();
        return isGood ? scalars[0] : scalars[content.Next(scalars.Length)];
    }

    private static string Space(Random random) =>
        random.Next(200) == 0 ? new string(' ', random.Next(130)) : random.Next(6) switch { 0 => " ", 1 => "\n\t ", _ => "" };

    private static bool Quick(string record)
    {
        var values = new RecordValues(Definition.Fields.Count + 2);
        return new RecordScanner(FieldNode.Build(Definition), values, Hash, keepsOthers: true, FieldNode.TombstoneTarget(Definition)).TryScan(Encoding.UTF8.GetBytes(record));
    }

    private static (MappingOutcome Outcome, string Id, string Document, Hash128 Stable, ulong Volatile, string? Field, string? Reason) Map(
        DocumentMapper mapper, byte[] record)
    {
        var mapped = mapper.Map(record);
        return (mapped.Outcome, Encoding.UTF8.GetString(mapped.Id), Encoding.UTF8.GetString(mapped.Document), mapped.Stable, mapped.Volatile, mapped.Field, mapped.Reason);
    }

    private sealed class Pair(CatalogDefinition definition)
    {
        private readonly DocumentMapper _quick = new(definition, Hash);
        private readonly DocumentMapper _thorough = new(definition, Hash, quick: false);

        public void ShouldAgreeOn(byte[] record, string where)
        {
            var one = Map(_quick, record);
            var other = Map(_thorough, record);
            if (one != other)
                Assert.Fail($"{Encoding.UTF8.GetString(record)}\n{one}\n{other}\n{where}");
        }
    }
}
