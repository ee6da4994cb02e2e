using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Feeds;
using Reshelve.Indexing;

namespace Reshelve.Running;

/// <summary>What a run does about pictures: documents are enriched as they are written, and the live index is brought up to date after that.</summary>
internal sealed class PictureUpdate : IAsyncDisposable
{
    private readonly CatalogDefinition _definition;
    private readonly RunContext _context;
    private readonly IProgress<RunProgress>? _progress;
    private readonly EnrichedIndex? _index;

    private PictureUpdate(RunServices services, EnrichedIndex? index, CatalogDefinition definition, RunContext context, IProgress<RunProgress>? progress)
    {
        (_definition, _context, _progress, _index) = (definition, context, progress, index);
        // While a batch's pictures are looked at nothing is written, and the first batch of a first run may take long.
        if (index is not null && progress is not null)
            index.Enrichment.Counts.Progress = pictures => progress.Report(new RunProgress(definition.Name, RunStage.Pictures, pictures, null, pictures));
        Services = index is null ? services : services with { Index = index };
    }

    /// <summary>What the run works with: where the definition asks for it, the index enriches.</summary>
    public RunServices Services { get; }

    /// <summary>Begins; nothing is opened before it is needed.</summary>
    public static PictureUpdate Begin(RunServices services, CatalogDefinition definition, RunContext context, IProgress<RunProgress>? progress) => new(
        services,
        PictureServices.Over(services.Index, services.Pictures, definition, services.DataFolder, services.WorkspaceFolder, services.Time),
        definition,
        context,
        progress);

    /// <summary>
    /// Brings the pictures of the live index up to date, and says in the report what was done about pictures. That something of it failed is noted: what
    /// the feed changed has been done.
    /// </summary>
    public async Task<RunReport> RunAsync(RunReport report, CancellationToken cancellationToken)
    {
        if (_index is null)
            return report;
        var notes = new List<string>();
        var standing = new ImageTotals(0, 0, 0);
        try
        {
            if (await LiveAsync(cancellationToken) is { } live)
            {
                await new ImagePass(_index, live, _context.Number, Services.Lease, Services.Time).RunAsync(Report, cancellationToken);
                standing = await _index.Enrichment.LedgerOf(live).CountAsync(await _index.Enrichment.SignatureAsync(cancellationToken), cancellationToken);
            }
        }
        catch (Exception error) when (error is not LeaseLostException && error is ReshelveException or IOException or UnauthorizedAccessException)
        {
            notes.Add($"the pictures could not all be brought up to date, which the next run tries again: {error.Message}");
        }

        return report with { Images = _index.Enrichment.Counts.Report(standing), Notes = [.. report.Notes, .. notes] };
    }

    /// <summary>The live index, if it has the fields for what is added to documents.</summary>
    private async Task<string?> LiveAsync(CancellationToken cancellationToken)
    {
        var live = (await Services.Index.ListAsync(_definition.Name, cancellationToken)).SingleOrDefault(index => index.Live);
        return live is { Outdated: null } && live.SchemaSignature == IndexSchema.Of(_definition).Signature ? live.Name : null;
    }

    private void Report(long documents) => _progress?.Report(new RunProgress(_definition.Name, RunStage.Pictures, documents, null, documents));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _index?.DisposeAsync() ?? ValueTask.CompletedTask;
}
