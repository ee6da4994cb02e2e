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

    private static readonly string[] Names =
        ["id", "name", "code", "offer", "price", "stock", "new", "since", "link", "size", "variants", "colour", "gone", "x", "yy", "é", "", "na\\u006de", "\\ud83d"];

    private static readonly string[] Scalars =
    [
        "1", "0", "-0", "1.50", "15e-1", "1E400", "01", "+1", "12345678901234567890", "0.0000001", "true", "false", "null", "tru", "\"\"", "\" \"", "\"a\"",
        "\"tea \\u00e4 \\n\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\x\"", "\"\\u12\"", "\"20230913\"", "\"2023-09-13T10:15:00+02:00\"",
        "20230913", "\"yes\"", "\"https://x.example/ä?b=1&c=%20\"", "\"a long text that takes more than thirty-two bytes to hold\"", "\"tab\t\"", "\"unclosed", "-",
    ];

    [Fact]
    public void Both_ways_give_the_same_for_random_records()
    {
        var quick = new DocumentMapper(Definition, Hash);
        var thorough = new DocumentMapper(Definition, Hash, quick: false);
        var fixedSeed = Environment.GetEnvironmentVariable("RESHELVE_TEST_SEED");
        for (var i = 0; i < 60_000; i++)
        {
            var seed = fixedSeed is null ? Random.Shared.Next() : int.Parse(fixedSeed);
            var record = Record(new Random(seed));
            var one = Map(quick, record);
            var other = Map(thorough, record);
            if (one != other)
                Assert.Fail($"Seed {seed}: {Encoding.UTF8.GetString(record)}\n{one}\n{other}\nReplay with RESHELVE_TEST_SEED={seed}.");
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

    private static string Space(Random random) => random.Next(6) switch { 0 => " ", 1 => "\n\t ", _ => "" };

    private static (MappingOutcome Outcome, string Id, string Document, Hash128 Stable, ulong Volatile, string? Field, string? Reason) Map(
        DocumentMapper mapper, byte[] record)
    {
        var mapped = mapper.Map(record);
        return (mapped.Outcome, Encoding.UTF8.GetString(mapped.Id), Encoding.UTF8.GetString(mapped.Document), mapped.Stable, mapped.Volatile, mapped.Field, mapped.Reason);
    }
}
