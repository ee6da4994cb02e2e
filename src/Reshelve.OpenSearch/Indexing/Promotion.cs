using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>Points an alias at an index that is fit to be searched; see <see cref="Reshelve.Indexing.IIndexEngine.PromoteAsync"/>.</summary>
internal sealed class Promotion(ClusterClient client, ServerNames names, IndexDirectory directory, IndexMaking making)
{
    public async Task RunAsync(string alias, string index, CancellationToken cancellationToken)
    {
        var found = await directory.FindAsync(index, cancellationToken)
            ?? throw new ReshelveException($"there is no index '{names.Of(index)}' to point the alias '{names.Of(alias)}' at");
        if (found.Meta?.Owner != directory.Owner)
            throw new ReshelveException($"the index '{found.Name}' is not ours to promote: {AliasState.WhoseIs(found)}");
        if (found.Meta.Catalog != alias)
            throw new ReshelveException($"the index '{found.Name}' was made for the alias '{names.Of(found.Meta.Catalog)}', not for '{names.Of(alias)}'");
        var mayTakeOver = client.Settings.TakeOver.Contains(alias, StringComparer.Ordinal);
        var state = await directory.OfAliasAsync(alias, cancellationToken);
        state.Check(mayTakeOver);
        if (state.PointsAt(found.Name))
            return;
        await making.PrepareAsync(found, cancellationToken);

        // That may have taken its time; what the alias points at is read again.
        state = await directory.OfAliasAsync(alias, cancellationToken);
        state.Check(mayTakeOver);
        if (state.NameIsTaken)
            throw Refuse(names.Of(alias), found.Name);
        if (!state.PointsAt(found.Name))
            await MoveAsync(alias, found.Name, state.Targets, cancellationToken);
    }

    /// <summary>One call, so that every search meets the former index or the new one. Whether it went through is asked afterwards: its answer may be lost.</summary>
    private async Task MoveAsync(string alias, string index, IReadOnlyList<ServerIndex> from, CancellationToken cancellationToken)
    {
        var refusal = await TryMoveAsync(alias, index, from, require: true, cancellationToken);
        if (refusal?.Message.Contains(AliasActions.Requirement, StringComparison.Ordinal) == true)
            refusal = await TryMoveAsync(alias, index, from, require: false, cancellationToken);

        var state = await directory.OfAliasAsync(alias, cancellationToken);
        if (state.PointsAt(index))
            return;
        if (refusal is not null)
            throw refusal;
        state.Check(mayTakeOver: true);
        throw new ReshelveException($"the alias '{names.Of(alias)}' was moved to '{index}', but someone else moved it on: look at GET _alias/{names.Of(alias)}, then repeat");
    }

    private async Task<ServerRefusalException?> TryMoveAsync(
        string alias, string index, IReadOnlyList<ServerIndex> from, bool require, CancellationToken cancellationToken)
    {
        var body = AliasActions.Move(names.Of(alias), index, from.Select(f => f.Name), require);
        try
        {
            await client.CallAsync(
                $"point the alias '{names.Of(alias)}' at '{index}'", new ClusterRequest(HttpMethod.Post, "/_aliases") { Body = body }, cancellationToken);
            return null;
        }
        catch (ServerRefusalException refused)
        {
            return refused;
        }
    }

    private static ReshelveException Refuse(string alias, string index) => new(
        $"'{alias}' is an index, and it is not ours to delete: an administrator can put '{index}' in its place, in one step, by sending POST _aliases "
        + System.Text.Encoding.UTF8.GetString(AliasActions.Replace(alias, index)));
}
