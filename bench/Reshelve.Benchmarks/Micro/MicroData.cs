using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Workspaces;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Ledgers;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Benchmarks.Micro;

/// <summary>Feeds and a ledger for the micro-benchmarks.</summary>
internal sealed class MicroData : IDisposable
{
    /// <summary>The records of the base feed.</summary>
    public const int Records = 200_000;

    private static readonly string Folder = new BenchOptions().DataFolder;

    private readonly BenchWorkspace _workspace = new(Path.Combine(Folder, "workspace-micro"));
    private readonly IFeedReader _reader;

    public MicroData()
    {
        _workspace.Seed(Definitions.Products, PathOf(FeedVariant.Base));
        Definition = _workspace.Definition(Definitions.Products);
        Ledger = Ledger.Open(_workspace.LedgerPath(Definitions.Products));
        _reader = FeedReaders.Open([PathOf(FeedVariant.Base)], Definition.Format, Definition.Limits);
        Input = new PlanInput(Definition, Ledger, _reader, _workspace.Folder, new NothingRejected());
    }

    public CatalogDefinition Definition { get; }

    public Ledger Ledger { get; }

    public PlanInput Input { get; }

    /// <summary>The path of a feed.</summary>
    public static string PathOf(FeedVariant variant) => new FeedLibrary(Folder, Records, Console.WriteLine).PathOf(variant);

    /// <summary>A chunk of a feed, somewhere in its middle.</summary>
    public FeedChunk ReadChunk(FeedVariant variant)
    {
        using var reader = FeedReaders.Open([PathOf(variant)], Definition.Format, Definition.Limits);
        var chunk = new FeedChunk();
        while (reader.TryReadChunk(chunk, CancellationToken.None) && chunk.Sequence < 100)
        {
            // The first chunks lie at the ledger's beginning, where everything is easy.
        }

        return chunk;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        Ledger.Dispose();
        _workspace.Dispose();
    }

    private sealed class NothingRejected : IRejectedWriter
    {
        public void Write(RejectedRecord record) => throw new InvalidOperationException(record.Reason);

        public void Dispose()
        {
            // Nothing is kept.
        }
    }
}
