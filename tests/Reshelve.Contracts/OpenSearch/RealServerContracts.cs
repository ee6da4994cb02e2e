using Reshelve.Contracts.Indexing;
using Reshelve.Indexing;

namespace Reshelve.Contracts.OpenSearch;

public sealed class RealServerLifecycle : IndexLifecycleContract
{
    private readonly RealStorage _storage = new();

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.CleanAsync();
}

public sealed class RealServerWriting : IndexWritingContract
{
    private readonly RealStorage _storage = new();

    protected override bool WritesBatchesWhole => false;

    protected override IReadOnlyCollection<string> Tolerated => Leniency.Tolerated;

    protected override IComparer<string> IdOrder => Leniency.IdOrder;

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.CleanAsync();
}

public sealed class RealServerGetting : IndexGettingContract
{
    private readonly RealStorage _storage = new();

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.CleanAsync();
}

public sealed class RealServerSearching : IndexSearchingContract
{
    private readonly RealStorage _storage = new();

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.CleanAsync();
}

public sealed class RealServerOracle : IndexOracleContract
{
    private readonly RealStorage _storage = new();

    protected override int Tries(int usual) => Leniency.Tries(usual);

    protected override IIndexEngine Open() => _storage.Open();

    protected override ValueTask CleanAsync() => _storage.CleanAsync();
}
