using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Http;

/// <summary>What is answered to one call.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, before <c>filter_path</c>; null: none.</param>
internal sealed record Answer(int Status, JsonNode? Body)
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static Answer Ok(JsonNode body) => new(200, body);

    public static Answer Acknowledged => Ok(new JsonObject { ["acknowledged"] = true });

    public byte[] ToBytes()
    {
        if (Body is null)
            return [];
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
            Body.WriteTo(writer);
        return buffer.ToArray();
    }
}
