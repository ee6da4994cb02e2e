using System.Runtime.CompilerServices;
using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Indexing;
using Reshelve.OpenSearch.Writing;

namespace Reshelve.OpenSearch.Reading;

/// <summary>Reads documents by their ids, or all of them.</summary>
internal sealed class DocumentReading(ClusterClient client, IndexDirectory directory, IndexMaking making)
{
    private const int IdsAtOnce = 1000;
    private const int PageBytes = 8 << 20;
    private const int SmallestPage = 20;
    private const int LargestPage = 5000;

    // How long the server keeps its snapshot between two pages; whoever reads may have much to do with one.
    private const string KeptFor = "10m";

    /// <summary>See <see cref="IIndexEngine.GetAsync"/>.</summary>
    public async Task<IReadOnlyDictionary<string, IndexedDocument>> GetAsync(string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var found = await directory.NeedAsync(index, "to read", cancellationToken);
        var documents = new Dictionary<string, IndexedDocument>(StringComparer.Ordinal);
        foreach (var portion in ids.Where(DocumentIds.CanBe).Distinct(StringComparer.Ordinal).Chunk(IdsAtOnce))
        {
            foreach (var hit in await GetPortionAsync(found.Name, portion, cancellationToken))
            {
                if (hit.Error is not null)
                    throw new ReshelveException($"the document '{hit.Id}' of the index '{found.Name}' cannot be read: {hit.Error}");
                if (hit.IsFound)
                    documents[hit.Id] = new IndexedDocument(SplicedDocument.Restore(hit.Source), WriteVersion.SequenceOf(hit.Version));
            }
        }

        return documents;
    }

    /// <summary>See <see cref="IIndexEngine.ReadAllAsync"/>.</summary>
    public async IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)> ReadAllAsync(
        string index, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = await directory.NeedAsync(index, "to read", cancellationToken);
        await making.RefreshServerIndexAsync(found.Name, cancellationToken);
        var size = await PageSizeAsync(found.Name, cancellationToken);
        var what = $"read all documents of the index '{found.Name}'";
        var page = await BeginAsync(what, found.Name, size, cancellationToken);
        var scroll = page.Scroll;
        try
        {
            var (total, read) = (page.Total, 0L);
            while (page.Hits.Count > 0)
            {
                foreach (var hit in page.Hits)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    read++;
                    yield return (hit.Id, SplicedDocument.Restore(hit.Source));
                }

                page = await ContinueAsync(what, scroll, cancellationToken);
                scroll = page.Scroll ?? scroll;
            }

            // A page whose answer was lost is not sent again: the next one is.
            if (read != total)
                throw new ReshelveException($"of the {total} documents of the index '{found.Name}' only {read} arrived, since an answer was lost on the way; repeat what you did");
        }
        finally
        {
            await EndAsync(scroll);
        }
    }

    private async Task<List<ServerHit>> GetPortionAsync(string index, string[] ids, CancellationToken cancellationToken)
    {
        var what = $"read {ids.Length} documents of the index '{index}'";
        var request = new ClusterRequest(HttpMethod.Post, $"/{ServerNames.Escape(index)}/_mget")
        {
            Body = Write(json =>
            {
                json.WriteStartArray("ids");
                foreach (var id in ids)
                    json.WriteStringValue(id);
                json.WriteEndArray();
            }),
        };
        var answer = await client.CallAsync(what, request, cancellationToken);
        try
        {
            return ReadDocuments(answer.Body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new ReshelveException($"the answer of {answer.Node} to the request to {what} is not what a search engine answers: {exception.Message}", exception);
        }
    }

    private static List<ServerHit> ReadDocuments(ReadOnlyMemory<byte> body)
    {
        var json = new Utf8JsonReader(body.Span, HitReader.Options);
        HitReader.Need(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("docs"u8))
                return HitReader.ReadAll(ref json, body);
            json.Skip();
        }

        throw new JsonException("it has no documents");
    }

    // What an index takes on disk is, for each document, about what the document is as text: compressed, but with all that makes it searchable.
    private async Task<int> PageSizeAsync(string index, CancellationToken cancellationToken)
    {
        var sizes = await directory.SizesAsync(ServerNames.Escape(index), cancellationToken);
        return sizes.TryGetValue(index, out var size) && size.Documents > 0
            ? (int)Math.Clamp(PageBytes / Math.Max(size.Bytes / size.Documents, 1), SmallestPage, LargestPage)
            : SmallestPage;
    }

    private async Task<SearchAnswer> BeginAsync(string what, string index, int size, CancellationToken cancellationToken)
    {
        var path = $"/{ServerNames.Escape(index)}/_search?scroll={KeptFor}&allow_partial_search_results=false";
        var request = new ClusterRequest(HttpMethod.Post, path)
        {
            Body = Write(json =>
            {
                json.WriteNumber("size", size);
                json.WriteBoolean("track_total_hits", true);
                json.WriteStartArray("sort");
                json.WriteStringValue("_doc");
                json.WriteEndArray();
            }),
        };
        return SearchAnswer.Read(what, await client.CallAsync(what, request, cancellationToken));
    }

    private async Task<SearchAnswer> ContinueAsync(string what, string? scroll, CancellationToken cancellationToken)
    {
        var request = new ClusterRequest(HttpMethod.Post, "/_search/scroll")
        {
            Body = Write(json =>
            {
                json.WriteString("scroll", KeptFor);
                json.WriteString("scroll_id", scroll);
            }),
        };
        try
        {
            return SearchAnswer.Read(what, await client.CallAsync(what, request, cancellationToken));
        }
        catch (ServerRefusalException refusal) when (refusal.Status == 404)
        {
            throw new ReshelveException(
                $"could not {what}: the cluster dropped the snapshot that is read, since a node went, the index was deleted, or more than {KeptFor} passed between two pages; "
                + "repeat what you did",
                refusal);
        }
    }

    // Also when the reader stopped early or was cancelled. The server drops the snapshot by itself in the end.
    private async Task EndAsync(string? scroll)
    {
        if (scroll is null)
            return;
        try
        {
            await client.SendAsync(
                new ClusterRequest(HttpMethod.Delete, "/_search/scroll") { Body = Write(json => json.WriteString("scroll_id", scroll)) }, CancellationToken.None);
        }
        catch (ReshelveException)
        {
            // What made the reading fail is what counts.
        }
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
