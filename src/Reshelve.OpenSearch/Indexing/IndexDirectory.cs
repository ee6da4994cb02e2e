using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>Looks up which indexes there are on the server, and whose they are.</summary>
/// <param name="client">The cluster.</param>
/// <param name="names">What ours are called there.</param>
/// <param name="owner">Who we are.</param>
internal sealed class IndexDirectory(ClusterClient client, ServerNames names, string owner)
{
    // The uuid is asked for so that an index without anything else is in the answer too.
    private const string Asked =
        "ignore_unavailable=true&expand_wildcards=open,closed&filter_path=*.aliases,*.mappings._meta.reshelve,*.settings.index.uuid,*.settings.index.refresh_interval";

    /// <summary>Who we are.</summary>
    public string Owner => owner;

    /// <summary>All that exists for an alias, as it is at one moment.</summary>
    /// <param name="alias">Our name of it.</param>
    /// <param name="cancellationToken">Honoured at any time.</param>
    public async Task<AliasState> OfAliasAsync(string alias, CancellationToken cancellationToken)
    {
        var server = ServerNames.Escape(names.Of(alias));
        var found = await ReadAsync($"look up what '{names.Of(alias)}' points at", $"{server},{server}_*", cancellationToken);
        return new AliasState(alias, names.Of(alias), owner, found);
    }

    /// <summary>What a name stands for: an index, or what an alias points at.</summary>
    /// <param name="name">Our name of it.</param>
    /// <param name="cancellationToken">Honoured at any time.</param>
    public Task<IReadOnlyList<ServerIndex>> ResolveAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync($"look up '{names.Of(name)}'", ServerNames.Escape(names.Of(name)), cancellationToken);

    /// <summary>The index of this name; null when there is none.</summary>
    /// <param name="index">Our name of it.</param>
    /// <param name="cancellationToken">Honoured at any time.</param>
    public async Task<ServerIndex?> FindAsync(string index, CancellationToken cancellationToken)
    {
        var found = await ResolveAsync(index, cancellationToken);
        if (found.FirstOrDefault(i => i.Name == names.Of(index)) is { } exact)
            return exact;
        return found.Count == 0
            ? null
            : throw new ReshelveException($"'{names.Of(index)}' is an alias of '{found[0].Name}', not an index: remove the alias, or choose another prefix");
    }

    /// <summary>The index of this name, which must be ours.</summary>
    /// <param name="index">Our name of it.</param>
    /// <param name="purpose">What it is needed for, such as <c>to read</c>.</param>
    /// <param name="cancellationToken">Honoured at any time.</param>
    /// <exception cref="ReshelveException">There is none, or it is someone else's.</exception>
    public async Task<ServerIndex> NeedAsync(string index, string purpose, CancellationToken cancellationToken)
    {
        var found = await FindAsync(index, cancellationToken)
            ?? throw new ReshelveException($"there is no index '{names.Of(index)}' {purpose}");
        return found.Meta?.Owner == owner
            ? found
            : throw new ReshelveException($"the index '{found.Name}' is not ours {purpose}: {AliasState.WhoseIs(found)}");
    }

    /// <summary>How much some indexes hold, by the server's names; what cannot tell, such as a closed one, is left out.</summary>
    /// <param name="expression">Names or a pattern, escaped.</param>
    /// <param name="cancellationToken">Honoured at any time.</param>
    public async Task<IReadOnlyDictionary<string, IndexSize>> SizesAsync(string expression, CancellationToken cancellationToken)
    {
        var request = new ClusterRequest(
            HttpMethod.Get,
            $"/{expression}/_stats/docs,store?filter_path=indices.*.primaries.docs.count,indices.*.primaries.store.size_in_bytes");
        using var json = (await client.CallAsync($"ask how much '{Uri.UnescapeDataString(expression)}' holds", request, cancellationToken)).Parse();
        var sizes = new Dictionary<string, IndexSize>(StringComparer.Ordinal);
        if (AnswerJson.Find(json.RootElement, "indices") is not { ValueKind: JsonValueKind.Object } indices)
            return sizes;
        foreach (var index in indices.EnumerateObject())
        {
            sizes[index.Name] = new IndexSize(
                AnswerJson.Number(index.Value, "primaries", "docs", "count") ?? 0, AnswerJson.Number(index.Value, "primaries", "store", "size_in_bytes") ?? 0);
        }

        return sizes;
    }

    /// <summary>How much the indexes hold that are made for an alias.</summary>
    public Task<IReadOnlyDictionary<string, IndexSize>> SizesOfAliasAsync(string alias, CancellationToken cancellationToken) =>
        SizesAsync(ServerNames.Escape(names.Of(alias)) + "_*", cancellationToken);

    private async Task<IReadOnlyList<ServerIndex>> ReadAsync(string what, string expression, CancellationToken cancellationToken)
    {
        using var json = (await client.CallAsync(what, new ClusterRequest(HttpMethod.Get, $"/{expression}?{Asked}"), cancellationToken)).Parse();
        return [.. json.RootElement.EnumerateObject().Select(Read)];
    }

    private static ServerIndex Read(JsonProperty index)
    {
        var aliases = AnswerJson.Find(index.Value, "aliases") is { ValueKind: JsonValueKind.Object } given ? given.EnumerateObject().Select(a => a.Name).ToList() : [];
        var meta = AnswerJson.Find(index.Value, "mappings", "_meta", IndexMeta.Member) is { } said ? IndexMeta.Read(said) : null;
        return new ServerIndex(index.Name, aliases, meta, IsLoading: AnswerJson.Text(index.Value, "settings", "index", "refresh_interval") == "-1");
    }
}
