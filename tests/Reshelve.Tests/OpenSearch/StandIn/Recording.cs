using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Reshelve.Tests.OpenSearch.StandIn;

/// <summary>One exchange with a real server.</summary>
/// <param name="Name">The file's name, which begins with its place in the order.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">The request's headers.</param>
/// <param name="Body">The request's body, uncompressed; null: none.</param>
/// <param name="Response">What was answered: status, headers, body.</param>
internal sealed record Recording(
    string Name, HttpMethod Method, string Path, IReadOnlyDictionary<string, string> Headers, string? Body, JsonObject Response)
{
    public static IReadOnlyList<Recording> All(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read)];

    private static Recording Read(string file)
    {
        var root = JsonNode.Parse(File.ReadAllText(file))!;
        var request = root["request"]!;
        var body = request["body"] switch
        {
            null => null,
            JsonValue text => text.ToString(),
            var json => Spaced(json),
        };
        return new(
            System.IO.Path.GetFileNameWithoutExtension(file),
            new(request["method"]!.ToString()),
            request["path"]!.ToString(),
            request["headers"]!.AsObject().ToDictionary(header => header.Key, header => header.Value!.ToString(), StringComparer.OrdinalIgnoreCase),
            body,
            root["response"]!.AsObject());
    }

    public HttpRequestMessage ToRequest()
    {
        var request = new HttpRequestMessage(Method, Path);
        if (Body is null)
            return request;
        var bytes = Encoding.UTF8.GetBytes(Body);
        var isCompressed = Headers.GetValueOrDefault("Content-Encoding") == "gzip";
        request.Content = new ByteArrayContent(isCompressed ? Compressed(bytes) : bytes);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(Headers["Content-Type"]);
        if (isCompressed)
            request.Content.Headers.ContentEncoding.Add("gzip");
        return request;
    }

    /// <summary>With spaces behind colons and commas, as it was sent: refusals name columns.</summary>
    private static string Spaced(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(", ", members.Select(member => $"{JsonValue.Create(member.Key).ToJsonString()}: {Spaced(member.Value)}"))}}}",
        JsonArray elements => $"[{string.Join(", ", elements.Select(Spaced))}]",
        null => "null",
        _ => node.ToJsonString(),
    };

    private static byte[] Compressed(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest))
            zip.Write(bytes);
        return buffer.ToArray();
    }
}
