using System.Text;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.Tests.OpenSearch.Connection;

public sealed class ServerErrorTests
{
    [Theory]
    [InlineData("""{"error":"alias [acme] missing","status":404}""", "", "alias [acme] missing")]
    [InlineData("""{"error":{"root_cause":[{"type":"a","reason":"one"}],"type":"a","reason":"one"},"status":400}""", "a", "one")]
    [InlineData("""{"error":{"type":"a","reason":"one","caused_by":{"type":"b","reason":"two","caused_by":{"type":"c","reason":"three"}}}}""", "a", "one: two: three")]
    [InlineData("""{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"all shards failed","failed_shards":[{"shard":0,"reason":{"type":"q","reason":"no field"}}]}}""", "search_phase_execution_exception", "all shards failed: no field")]
    [InlineData("""{"error":{"type":"a","reason":null}}""", "a", """{"type":"a","reason":null}""")]
    [InlineData("""{"Message":"Your request: is not allowed."}""", "", "Your request: is not allowed.")]
    [InlineData("<html>\n  <h1>413 Too Large</h1>\n", "", "<html> <h1>413 Too Large</h1>")]
    [InlineData("Unauthorized", "", "Unauthorized")]
    [InlineData("{}", "", "{}")]
    [InlineData("", "", "it does not say why")]
    public void Every_form_of_error_is_understood(string body, string type, string reason)
    {
        var error = ServerError.Read(Encoding.UTF8.GetBytes(body));

        error.Type.ShouldBe(type);
        error.Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("""{"type":"mapper_parsing_exception","reason":"failed to parse","caused_by":{"type":"json_e_o_f_exception","reason":"Unexpected end-of-input"}}""", true)]
    [InlineData("""{"type":"mapper_parsing_exception","reason":"failed to parse","caused_by":{"type":"json_parse_exception","reason":"Duplicate field 't'"}}""", true)]
    [InlineData("""{"type":"mapper_parsing_exception","reason":"failed to parse","caused_by":{"type":"illegal_argument_exception","reason":"Malformed content, found extra data after parsing: START_OBJECT"}}""", true)]
    [InlineData("""{"type":"document_parsing_exception","reason":"[1:9] failed to parse","caused_by":{"type":"x_content_parse_exception","reason":"[1:9] Unexpected end"}}""", true)]
    [InlineData("""{"type":"mapper_parsing_exception","reason":"failed to parse field [price]","caused_by":{"type":"number_format_exception","reason":"For input string"}}""", false)]
    [InlineData("""{"type":"strict_dynamic_mapping_exception","reason":"mapping set to strict"}""", false)]
    public void What_is_no_JSON_is_told_from_what_is_a_wrong_document(string error, bool expected) =>
        ServerError.Read(Encoding.UTF8.GetBytes($$"""{"error":{{error}}}""")).IsMalformedJson.ShouldBe(expected);
}
