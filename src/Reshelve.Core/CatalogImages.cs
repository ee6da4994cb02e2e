using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Running;

namespace Reshelve;

/// <summary>How the pictures of a catalog stand.</summary>
public sealed record ImageStanding
{
    /// <summary>The catalog.</summary>
    public required string Catalog { get; init; }

    /// <summary>The backing index that is searched.</summary>
    public required string Index { get; init; }

    /// <summary>The tagger's name and version; null for none.</summary>
    public required (string Name, string Version)? Tagger { get; init; }

    /// <summary>Documents that refer to pictures.</summary>
    public required ImageTotals Documents { get; init; }

    /// <summary>Their references.</summary>
    public required ReferenceTotals References { get; init; }

    /// <summary>What they come to.</summary>
    public required PictureTotals Pictures { get; init; }

    /// <summary>Calls of the tagger that were spared, as the same bytes or pixels had been seen under another address.</summary>
    public long CallsSaved => Tagger is null ? 0 : Math.Max(0, References.Had - Pictures.Pixels);
}

/// <summary>A reference whose picture could not be had.</summary>
/// <param name="Location">Its address, as delivered.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsTransient">Whether the next run tries again; else it is tried when it is due.</param>
/// <param name="Failures">How often in a row.</param>
/// <param name="Documents">Some documents that refer to it.</param>
public sealed record FailingImage(string Location, string Reason, bool IsTransient, int Failures, IReadOnlyList<string> Documents);

/// <summary>The pictures of catalogs: how they stand, and bringing them up to date without a feed.</summary>
public sealed class CatalogImages(
    IIndexEngine index, IRunStore runs, string dataFolder, string workspaceFolder, TimeProvider time, PictureServices pictures)
{
    private const int UsersPerFailure = 3;
    private const int PerPage = 200;

    private readonly RunServices _services = new(index, runs, dataFolder, workspaceFolder, time, 1) { Pictures = pictures };

    /// <summary>Whether pictures were looked at for any index of a catalog.</summary>
    public static bool HasPictures(string dataFolder, string catalog)
    {
        var folder = new CatalogFolder(dataFolder, catalog);
        return folder.IndexesWithLedgers().Any(name => File.Exists(folder.LedgersOf(name).ImagesPath));
    }

    /// <summary>
    /// Asks for what is due, pays what is owed, and has tagged what another tagger or version is to see. Every ending is a report, also a
    /// failure.
    /// </summary>
    /// <exception cref="CatalogBusyException">A run has the catalog.</exception>
    public Task<RunReport> EnrichAsync(CatalogDefinition definition, IProgress<RunProgress>? progress, CancellationToken cancellationToken) =>
        new RecordedRun(runs, dataFolder, time).RunAsync(
            definition.Name,
            "enrich",
            context => context.Clock.ApplyAsync(() => EnrichAsync(definition, context, progress)),
            cancellationToken);

    /// <summary>How a catalog's pictures stand.</summary>
    /// <exception cref="ReshelveException">It has no pictures to look at, or no index.</exception>
    public async Task<ImageStanding> StandingAsync(CatalogDefinition definition, CancellationToken cancellationToken)
    {
        await using var enriched = Require(definition);
        var live = await LiveAsync(definition, cancellationToken);
        var tagger = pictures.TaggerOf(definition.Images!.Tagger);
        return new ImageStanding
        {
            Catalog = definition.Name,
            Index = live,
            Tagger = tagger is null ? null : (tagger.Name, tagger.Version),
            Documents = await enriched.Enrichment.LedgerOf(live).CountAsync(await enriched.Enrichment.SignatureAsync(cancellationToken), cancellationToken),
            References = await pictures.Store.CountReferencesAsync(definition.Name, time.GetUtcNow(), cancellationToken),
            Pictures = await pictures.Store.CountPicturesAsync(definition.Name, tagger?.Name ?? "", tagger?.Version ?? "", cancellationToken),
        };
    }

    /// <summary>The references whose pictures could not be had the last time they were asked for.</summary>
    /// <exception cref="ReshelveException">The catalog has no pictures to look at, or no index.</exception>
    public async IAsyncEnumerable<FailingImage> FailingAsync(
        CatalogDefinition definition, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var enriched = Require(definition);
        var ledger = enriched.Enrichment.LedgerOf(await LiveAsync(definition, cancellationToken));
        ImageReference? after = null;
        while (true)
        {
            var page = await pictures.Store.FindFailingAsync(definition.Name, after, PerPage, cancellationToken);
            if (page.Count == 0)
                yield break;
            var users = await ledger.FindUsersAsync([.. page.Select(state => state.Reference)], UsersPerFailure, cancellationToken);
            foreach (var state in page)
            {
                yield return new FailingImage(
                    state.Reference.Location, state.Error ?? "", state.IsTransient, state.Failures, users.GetValueOrDefault(state.Reference) ?? []);
            }

            after = page[^1].Reference;
        }
    }

    private async Task<RunReport> EnrichAsync(CatalogDefinition definition, RunContext context, IProgress<RunProgress>? progress)
    {
        if (new CatalogFolder(dataFolder, definition.Name).ReadApplying() is { } interrupted)
        {
            throw new ReshelveException(
                $"run {interrupted} of catalog '{definition.Name}' was interrupted while its plan was applied; sync the catalog first, which finishes it");
        }

        await using var required = Require(definition);
        var live = (await index.ListAsync(definition.Name, context.Stop)).SingleOrDefault(one => one.Live);
        if (live is null || live.SchemaSignature != IndexSchema.Of(definition).Signature)
            throw new ReshelveException($"catalog '{definition.Name}' has no index that takes what is said of its pictures: sync it first");
        await using var update = PictureUpdate.Begin(_services with { Lease = context.Lease }, definition, context, progress);
        return await update.RunAsync(context.Begun with { State = RunState.Done }, context.Stop);
    }

    private EnrichedIndex Require(CatalogDefinition definition) =>
        PictureServices.Over(index, pictures, definition, dataFolder, workspaceFolder, time) ??
        throw new ReshelveException(
            $"nothing is done about the pictures of catalog '{definition.Name}': its definition has no 'images', or no field of type image");

    private async Task<string> LiveAsync(CatalogDefinition definition, CancellationToken cancellationToken) =>
        (await index.ListAsync(definition.Name, cancellationToken)).SingleOrDefault(one => one.Live)?.Name ??
        throw new ReshelveException($"catalog '{definition.Name}' has no index yet: sync it first");
}
