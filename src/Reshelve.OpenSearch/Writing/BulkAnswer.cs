using System.Text.Json;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

/// <summary>Reads <c>{"errors":…,"items":[{"index":{"status":201}},{"delete":{"status":404,"error":{…}}}]}</c>; only errors become objects.</summary>
internal static class BulkAnswer
{
    /// <summary>Reads an answer.</summary>
    /// <param name="body">The answer's body.</param>
    /// <param name="failures">Takes the items that are no plain success, in order.</param>
    /// <returns>How many items it has; -1 when it is no answer to a bulk request.</returns>
    public static int Read(ReadOnlySpan<byte> body, List<BulkFailure> failures)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return -1;
            var items = -1;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isItems = reader.ValueTextEquals("items"u8);
                reader.Read();
                if (isItems && reader.TokenType == JsonTokenType.StartArray)
                    items = ReadItems(ref reader, failures);
                else
                    reader.Skip();
            }

            return items;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return -1;
        }
    }

    private static int ReadItems(ref Utf8JsonReader reader, List<BulkFailure> failures)
    {
        var items = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            // The action's name, and what became of it.
            reader.Read();
            reader.Read();
            var (status, error) = ReadItem(ref reader);
            if (status is < 200 or > 299 || error is not null)
                failures.Add(new BulkFailure(items, status, error));
            items++;
            reader.Read();
        }

        return items;
    }

    private static (int Status, ServerError? Error) ReadItem(ref Utf8JsonReader reader)
    {
        var status = 0;
        ServerError? error = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStatus = reader.ValueTextEquals("status"u8);
            var isError = reader.ValueTextEquals("error"u8);
            reader.Read();
            if (isStatus)
                status = reader.GetInt32();
            else if (isError)
                error = ReadError(ref reader);
            else
                reader.Skip();
        }

        return (status, error);
    }

    private static ServerError ReadError(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return ServerError.Read(document.RootElement);
    }
}
