using System.Buffers;
using System.Text;
using Reshelve.OpenSearch.Writing;

namespace Reshelve.Tests.OpenSearch.Writing;

public sealed class SplicedDocumentTests
{
    [Theory]
    [InlineData("{\"a\":1}", "{\"reshelve_id\":\"7\",\"a\":1}")]
    [InlineData(" \r\n{ \"a\" : 1 }", "{\"reshelve_id\":\"7\", \"a\" : 1 }")]
    [InlineData("{}", "{\"reshelve_id\":\"7\"}")]
    [InlineData("{ \n}", "{\"reshelve_id\":\"7\"  }")]
    [InlineData("{\"a\":\n[1,\r\n2]}", "{\"reshelve_id\":\"7\",\"a\": [1,  2]}")]
    [InlineData("{", "{\"reshelve_id\":\"7\",")]
    public void An_id_is_put_in_front_and_line_breaks_become_spaces(string document, string expected) => Splice("\"7\"", document).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("[1]")]
    [InlineData("null")]
    public void What_is_no_object_is_left_alone(string document) => Splice("\"7\"", document).ShouldBeNull();

    [Theory]
    [InlineData("{\"a\":1}", "\"7\"")]
    [InlineData("{}", "\"7\"")]
    [InlineData("{ \"a\":\"\\\"}\"}", "\"with \\\"quotes\\\" and \\\\\"")]
    [InlineData("{\"a\":{\"reshelve_id\":1}}", "\"é\"")]
    public void What_was_spliced_can_be_restored(string document, string id) =>
        Encoding.UTF8.GetString(SplicedDocument.Restore(Encoding.UTF8.GetBytes(Splice(id, document)!)).Span).ShouldBe(document);

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"reshelve_id\":7,\"a\":1}")]
    [InlineData("{\"reshelve_id\":")]
    [InlineData("")]
    public void What_was_not_is_given_back_as_it_is(string document) =>
        Encoding.UTF8.GetString(SplicedDocument.Restore(Encoding.UTF8.GetBytes(document)).Span).ShouldBe(document);

    private static string? Splice(string id, string document)
    {
        var output = new ArrayBufferWriter<byte>();
        return SplicedDocument.TryWrite(Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(document), output) ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }
}
