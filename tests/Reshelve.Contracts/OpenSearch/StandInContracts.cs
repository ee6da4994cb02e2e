using Reshelve.Contracts.Indexing;
using Reshelve.Indexing;
using Reshelve.StandIn;

namespace Reshelve.Contracts.OpenSearch;

public abstract class StandInLifecycle(ServerFlavor flavor) : IndexLifecycleContract
{
    private readonly StandInStorage _storage = new(flavor);

    public override async ValueTask InitializeAsync()
    {
        await _storage.StartAsync();
        await base.InitializeAsync();
    }

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.StopAsync();
}

public sealed class Elasticsearch7StandInLifecycle() : StandInLifecycle(ServerFlavor.Elasticsearch7);

public sealed class OpenSearch1StandInLifecycle() : StandInLifecycle(ServerFlavor.OpenSearch1);

public sealed class Elasticsearch9StandInLifecycle() : StandInLifecycle(ServerFlavor.Elasticsearch9);

public abstract class StandInWriting(ServerFlavor flavor) : IndexWritingContract
{
    private readonly StandInStorage _storage = new(flavor);

    protected override bool WritesBatchesWhole => false;

    protected override IReadOnlyCollection<string> Tolerated => Leniency.Tolerated;

    protected override IComparer<string> IdOrder => Leniency.IdOrder;

    public override async ValueTask InitializeAsync()
    {
        await _storage.StartAsync();
        await base.InitializeAsync();
    }

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.StopAsync();
}

public sealed class Elasticsearch7StandInWriting() : StandInWriting(ServerFlavor.Elasticsearch7);

public sealed class OpenSearch3StandInWriting() : StandInWriting(ServerFlavor.OpenSearch3);

public sealed class Elasticsearch8StandInWriting() : StandInWriting(ServerFlavor.Elasticsearch8);

public abstract class StandInGetting(ServerFlavor flavor) : IndexGettingContract
{
    private readonly StandInStorage _storage = new(flavor);

    public override async ValueTask InitializeAsync()
    {
        await _storage.StartAsync();
        await base.InitializeAsync();
    }

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.StopAsync();
}

public sealed class Elasticsearch7StandInGetting() : StandInGetting(ServerFlavor.Elasticsearch7);

public sealed class OpenSearch2StandInGetting() : StandInGetting(ServerFlavor.OpenSearch2);

public abstract class StandInSearching(ServerFlavor flavor) : IndexSearchingContract
{
    private readonly StandInStorage _storage = new(flavor);

    public override async ValueTask InitializeAsync()
    {
        await _storage.StartAsync();
        await base.InitializeAsync();
    }

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.StopAsync();
}

public sealed class Elasticsearch7StandInSearching() : StandInSearching(ServerFlavor.Elasticsearch7);

public sealed class OpenSearch2StandInSearching() : StandInSearching(ServerFlavor.OpenSearch2);

public abstract class StandInOracle(ServerFlavor flavor) : IndexOracleContract
{
    private readonly StandInStorage _storage = new(flavor);

    protected override int Tries(int usual) => Leniency.Tries(usual);

    public override async ValueTask InitializeAsync()
    {
        await _storage.StartAsync();
        await base.InitializeAsync();
    }

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.StopAsync();
}

public sealed class Elasticsearch7StandInOracle() : StandInOracle(ServerFlavor.Elasticsearch7);
