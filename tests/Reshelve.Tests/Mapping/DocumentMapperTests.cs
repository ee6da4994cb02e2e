using System.Text;
using Reshelve.Catalogs;
using Reshelve.Hashing;
using Reshelve.Mapping;

namespace Reshelve.Tests.Mapping;

public sealed class DocumentMapperTests
{
    private static readonly KeyedHash Hash = KeyedHash.Derive(new byte[KeyedHash.SeedBytes], "document");

    [Theory]
    [InlineData("""{"id":"1","name":"Äpfel","price":1.50}""", """{"price":1.5e0,"id":"1","name":"\u00c4pfel"}""")]
    [InlineData("""{"id":"1","name":"a/b"}""", """{"id":"1","name":"a\/b","price":null}""")]
    [InlineData("""{"id":1,"price":10}""", """{ "id" : "1" , "name" : "" , "price" : "10.0" }""")]
    [InlineData("""{"id":"1","tags":["a"]}""", """{"id":"1","tags":"a"}""")]
    [InlineData("""{"id":"1","tags":[]}""", """{"id":"1"}""")]
    [InlineData("""{"id":"1","x":{"b":1,"a":[1.0,2]}}""", """{"x":{"a":[1,2e0],"b":1},"id":"1"}""")]
    [InlineData("""{"id":"1","name":" Tea\n"}""", """{"id":"1","name":"Tea"}""")]
    public void Another_spelling_gives_the_same_document(string one, string other)
    {
        Map(one).ShouldBe(Map(other));
        Map(one).Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"id":"1","name":"a"}""", """{"id":"1","name":"b"}""", true, false)]
    [InlineData("""{"id":"1","price":1}""", """{"id":"1","price":2}""", false, true)]
    [InlineData("""{"id":"1","price":1}""", """{"id":"1"}""", false, true)]
    [InlineData("""{"id":"1","x":1}""", """{"id":"1","x":"1"}""", true, false)]
    [InlineData("""{"id":"1","tags":["a","b"]}""", """{"id":"1","tags":["b","a"]}""", true, false)]
    [InlineData("""{"id":"1","name":"a","price":1}""", """{"id":"1","name":"b","price":2}""", true, true)]
    public void A_changed_value_changes_the_hash_of_its_part(string one, string other, bool stable, bool changing)
    {
        (Map(one).Stable != Map(other).Stable).ShouldBe(stable);
        (Map(one).Volatile != Map(other).Volatile).ShouldBe(changing);
    }

    [Fact]
    public void A_document_has_stable_fields_then_others_then_volatile_ones()
    {
        Map("""{"z":null,"price":2,"b":{"y":1,"x":2},"id":"7","tags":["q","p"],"name":"n","a":"\u0041"}""").Document
            .ShouldBe("""{"name":"n","tags":["q","p"],"other":{"a":"A","b":{"x":2,"y":1},"z":null},"price":2}""");
    }

    [Fact]
    public void Dropped_other_fields_leave_no_trace()
    {
        var definition = Some.Catalog() with { Others = OtherFields.Drop };
        Map("""{"id":"1","name":"n","x":1}""", definition).ShouldBe(Map("""{"id":"1","name":"n","x":2,"y":3}""", definition));
    }

    [Fact]
    public void Of_members_of_one_name_the_last_counts()
    {
        Map("""{"id":"1","name":"a","name":"b","x":1,"x":2}""").Document.ShouldBe("""{"name":"b","other":{"x":2}}""");
    }

    [Fact]
    public void A_path_reaches_into_objects_and_lists_and_leaves_the_rest_to_other()
    {
        var definition = Some.Catalog(
            Some.Field("price", FieldType.Number) with { From = FieldPath.Parse("offer.price") },
            Some.Field("colours", FieldType.Keyword) with { From = FieldPath.Parse("variants.colour"), List = true });
        Map("""{"id":"1","offer":{"price":5,"currency":"EUR"},"variants":[{"colour":"red","size":1},{"colour":"blue"}]}""", definition)
            .Document.ShouldBe(
                """{"price":5,"colours":["red","blue"],"other":{"offer":{"currency":"EUR"},"variants":[{"size":1},{}]}}""");
    }

    [Theory]
    [InlineData("""{"id":"1","name":["a"]}""", "name", "list: true")]
    [InlineData("""{"id":"1","name":{"a":1}}""", "name", "an object where a text is expected")]
    [InlineData("""{"id":"1","price":"cheap"}""", "price", "'cheap' is not a number")]
    [InlineData("""{"id":"1","price":1e400}""", "price", "beyond what an index can compute with")]
    [InlineData("""{"id":"1","price":true}""", "price", "not a number")]
    [InlineData("""{"id":"1","name":"\ud800"}""", "name", "surrogate")]
    [InlineData("""{"id":"1","\udc00":1}""", null, "surrogate")]
    [InlineData("""{"id":"1","x":{"\udc00":1}}""", "other", "surrogate")]
    [InlineData("""{"name":"a"}""", "id", "no id at 'id'")]
    [InlineData("""{"id":""}""", "id", "no id at 'id'")]
    [InlineData("""{"id":null}""", "id", "no id at 'id'")]
    [InlineData("""{"id":true}""", "id", "one text or number")]
    [InlineData("""{"id":["1"]}""", "id", "one text or number")]
    [InlineData("""{"id":"1","x":1e999999}""", "other", "exponent")]
    [InlineData("""[1]""", null, "this is a list")]
    [InlineData("""[1""", null, "invalid JSON")]
    [InlineData("""{"id":"1","name":"a",}""", null, "invalid JSON near byte")]
    [InlineData("""{"id":"1"} x""", null, "invalid JSON near byte")]
    public void A_record_that_is_no_document_is_rejected_with_field_and_reason(string record, string? field, string reason)
    {
        var mapped = Map(record);
        mapped.Field.ShouldBe(field);
        mapped.Reason.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public void A_broken_record_still_tells_its_id_if_that_comes_before_the_fault()
    {
        Map("""{"id":"17","name":"a""").Id.ShouldBe("17");
        Map("""{"name":"a","id""").Id.ShouldBe("");
    }

    [Fact]
    public void Invalid_UTF8_is_rejected_with_the_id_if_that_is_valid()
    {
        var mapped = Map([.. """{"id":"17","name":"a"""u8, 0xff, .. "\"}"u8], Some.Catalog());
        mapped.Reason.ShouldNotBeNull().ShouldContain("UTF-8");
        mapped.Id.ShouldBe("17");
        Map([.. """{"id":"17"""u8, 0xff, .. "\"}"u8], Some.Catalog()).Id.ShouldBe("");
    }

    [Fact]
    public void Nesting_deeper_than_64_is_rejected()
    {
        string Nested(int depth) => $$"""{"id":"1","x":{{new string('[', depth)}}{{new string(']', depth)}}}""";
        Map(Nested(63)).Reason.ShouldBeNull();
        Map(Nested(64)).Reason.ShouldNotBeNull().ShouldContain("deeper than 64");
    }

    [Fact]
    public void An_id_of_512_bytes_is_possible_and_of_513_is_not()
    {
        Map($$"""{"id":"{{new string('x', 512)}}"}""").Reason.ShouldBeNull();
        Map($$"""{"id":"{{new string('x', 511)}}ä"}""").Reason.ShouldNotBeNull().ShouldContain("513 bytes");
    }

    [Fact]
    public void A_required_field_must_have_a_value()
    {
        var definition = Some.Catalog(Some.Field("name") with { Required = true });
        Map("""{"id":"1","name":""}""", definition).Reason.ShouldNotBeNull().ShouldContain("required");
        Map("""{"id":"1","name":"x"}""", definition).Reason.ShouldBeNull();
    }

    [Fact]
    public void A_tombstone_is_a_record_with_the_mark()
    {
        var definition = Some.Catalog() with { Tombstone = new Tombstone(FieldPath.Of("deleted"), ["true", "yes"]) };
        Map("""{"id":"1","deleted":true}""", definition).Outcome.ShouldBe(MappingOutcome.Tombstone);
        Map("""{"id":"1","deleted":"YES"}""", definition).Outcome.ShouldBe(MappingOutcome.Tombstone);
        Map("""{"id":"1","deleted":false}""", definition).Outcome.ShouldBe(MappingOutcome.Document);
    }

    [Theory]
    [InlineData(FieldType.Integer, "\"1.0\"", "1")]
    [InlineData(FieldType.Integer, "9223372036854775807", "9223372036854775807")]
    [InlineData(FieldType.Boolean, "\"No\"", "false")]
    [InlineData(FieldType.Boolean, "1", "true")]
    [InlineData(FieldType.Date, "20230913", "\"2023-09-13\"")]
    [InlineData(FieldType.Date, "\"2023-09-13 10:15\"", "\"2023-09-13T10:15:00Z\"")]
    [InlineData(FieldType.Date, "\"2023-09-13T10:15:00.120+02:00\"", "\"2023-09-13T08:15:00.12Z\"")]
    [InlineData(FieldType.Keyword, "12.0", "\"12\"")]
    [InlineData(FieldType.Text, "true", "\"true\"")]
    [InlineData(FieldType.Object, """{"b":1,"a":2.0}""", """{"a":2,"b":1}""")]
    [InlineData(FieldType.Object, "\"{\\\"a\\\":1}\"", """{"a":1}""")]
    public void A_value_takes_the_form_of_its_type(FieldType type, string delivered, string expected)
    {
        Map($$"""{"id":"1","f":{{delivered}}}""", Some.Catalog(Some.Field("f", type))).Document.ShouldBe($$"""{"f":{{expected}}}""");
    }

    [Theory]
    [InlineData(FieldType.Integer, "1.5")]
    [InlineData(FieldType.Integer, "9223372036854775808")]
    [InlineData(FieldType.Boolean, "\"maybe\"")]
    [InlineData(FieldType.Date, "\"2023-02-29\"")]
    [InlineData(FieldType.Date, "\"yesterday\"")]
    [InlineData(FieldType.Date, "\"2023-09-13T25:00\"")]
    [InlineData(FieldType.Url, "5")]
    [InlineData(FieldType.Object, "\"x\"")]
    public void A_value_of_another_type_rejects_the_record(FieldType type, string delivered)
    {
        Map($$"""{"id":"1","f":{{delivered}}}""", Some.Catalog(Some.Field("f", type))).Reason.ShouldNotBeNull();
    }

    private static Result Map(string json, CatalogDefinition? definition = null) =>
        Map(Encoding.UTF8.GetBytes(json), definition ?? Some.Catalog());

    private static Result Map(byte[] json, CatalogDefinition definition)
    {
        var mapped = new DocumentMapper(definition, Hash).Map(json);
        return new Result(
            mapped.Outcome, Encoding.UTF8.GetString(mapped.Id), Encoding.UTF8.GetString(mapped.Document),
            mapped.Stable, mapped.Volatile, mapped.Field, mapped.Reason);
    }

    private sealed record Result(
        MappingOutcome Outcome, string Id, string Document, Hash128 Stable, ulong Volatile, string? Field, string? Reason);
}
