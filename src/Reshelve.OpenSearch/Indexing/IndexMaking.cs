using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>Makes, finishes and deletes backing indexes.</summary>
internal sealed class IndexMaking(ClusterClient client, ServerNames names, IndexDirectory directory, TimeProvider time)
{
    private readonly IndexSettling _settling = new(client, time);

    /// <summary>Makes an empty index; see <see cref="IIndexEngine.CreateAsync"/>.</summary>
    public async Task CreateAsync(string index, string alias, IndexSchema schema, IndexOrigin origin, CancellationToken cancellationToken)
    {
        if (!index.StartsWith(alias + "_", StringComparison.Ordinal))
            throw new ReshelveException($"the index '{index}' is made for the alias '{alias}', so its name must begin with '{alias}_'");
        FieldNames.Check(schema);
        var name = names.Of(index);
        var meta = new IndexMeta(IndexMeta.Current, directory.Owner, alias, origin, schema.Signature, schema, time.GetUtcNow());
        var shards = client.Settings.Shards ?? IndexBody.ShardsFor(origin.Bytes);
        var request = new ClusterRequest(HttpMethod.Put, "/" + ServerNames.Escape(name)) { Body = IndexBody.Write(meta, ServerNames.WriteAliasOf(name), shards) };
        try
        {
            await client.CallAsync($"make the index '{name}'", request, cancellationToken);
        }
        catch (ServerRefusalException refusal) when (refusal.Type is "resource_already_exists_exception" or "invalid_index_name_exception")
        {
            // A request whose answer was lost is sent again, and meets the index that it made itself.
            var existing = await directory.FindAsync(index, cancellationToken);
            if (existing?.Meta?.IsSame(meta) == true)
                return;
            if (existing is null)
                throw;
            throw new ReshelveException($"an index '{name}' exists already; drop it or choose another name", refusal);
        }
    }

    /// <summary>Ends the loading of an index, or makes what was written since visible; see <see cref="IIndexEngine.RefreshAsync"/>.</summary>
    public async Task RefreshAsync(string index, CancellationToken cancellationToken)
    {
        var found = await directory.NeedAsync(index, "to refresh", cancellationToken);
        if (found.IsLoading)
            await _settling.RunAsync(found.Name, cancellationToken);
        await RefreshServerIndexAsync(found.Name, cancellationToken);
    }

    /// <summary>Gives an index of ours back the alias that it is written through, should somebody have removed that.</summary>
    public async Task EnsureWriteAliasAsync(ServerIndex index, CancellationToken cancellationToken)
    {
        var alias = ServerNames.WriteAliasOf(index.Name);
        if (index.Aliases.Contains(alias, StringComparer.Ordinal))
            return;
        var request = new ClusterRequest(HttpMethod.Post, "/_aliases") { Body = AliasActions.Move(alias, index.Name, [], require: false) };
        await client.CallAsync($"give the index '{index.Name}' its alias '{alias}'", request, cancellationToken);
    }

    /// <summary>Makes sure that an index is fit to be searched: mostly it is, since its last refresh.</summary>
    public async Task PrepareAsync(ServerIndex index, CancellationToken cancellationToken)
    {
        if (index.IsLoading)
            await _settling.RunAsync(index.Name, cancellationToken);
        else
            await _settling.AwaitShardsAsync(index.Name, cancellationToken);
        await RefreshServerIndexAsync(index.Name, cancellationToken);
    }

    /// <summary>Makes all that was written to an index visible.</summary>
    /// <param name="serverName">The server's name of it.</param>
    /// <param name="cancellationToken">Honoured at any time.</param>
    public async Task RefreshServerIndexAsync(string serverName, CancellationToken cancellationToken)
    {
        var what = $"refresh the index '{serverName}'";
        var request = new ClusterRequest(HttpMethod.Post, $"/{ServerNames.Escape(serverName)}/_refresh");
        ShardResults.Check(what, await client.CallAsync(what, request, cancellationToken));
    }

    /// <summary>Deletes an index; see <see cref="IIndexEngine.DropAsync"/>.</summary>
    public async Task DropAsync(string index, CancellationToken cancellationToken)
    {
        var name = names.Of(index);
        if (await directory.FindAsync(index, cancellationToken) is null)
            return;
        var found = await directory.NeedAsync(index, "to drop", cancellationToken);
        var others = found.Aliases.Where(alias => alias != ServerNames.WriteAliasOf(name)).Order(StringComparer.Ordinal).ToList();
        if (others.Count > 0)
        {
            var ours = found.Meta is { } meta && others.Contains(names.Of(meta.Catalog));
            throw new ReshelveException(
                $"the index '{name}' is what '{string.Join("', '", others)}' is searched in: "
                + (ours ? "promote another one before dropping it" : "remove that alias before dropping it, by POST _aliases"));
        }

        try
        {
            await client.CallAsync($"delete the index '{name}'", new ClusterRequest(HttpMethod.Delete, "/" + ServerNames.Escape(name)), cancellationToken);
        }
        catch (ServerRefusalException refusal) when (refusal.Status == 404)
        {
            // Someone else was quicker, or our own request whose answer was lost.
        }
    }
}
