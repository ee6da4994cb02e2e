using Reshelve.Contracts.Indexing;
using Reshelve.Contracts.Running;
using Reshelve.Embedded;
using Reshelve.Indexing;
using Reshelve.Running;

namespace Reshelve.Contracts.Embedded;

/// <summary>A folder of its own for one test.</summary>
internal sealed class TestFolder
{
    public string Path { get; } = Directory.CreateTempSubdirectory("reshelve-contract-").FullName;

    public ValueTask DeleteAsync()
    {
        Directory.Delete(Path, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class EmbeddedIndexLifecycle : IndexLifecycleContract
{
    private readonly TestFolder _folder = new();

    protected override IIndexEngine Open() => new EmbeddedIndexEngine(_folder.Path, TimeProvider.System);

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();
}

public sealed class EmbeddedIndexWriting : IndexWritingContract
{
    private readonly TestFolder _folder = new();

    protected override IIndexEngine Open() => new EmbeddedIndexEngine(_folder.Path, TimeProvider.System);

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();
}

public sealed class EmbeddedIndexGetting : IndexGettingContract
{
    private readonly TestFolder _folder = new();

    protected override IIndexEngine Open() => new EmbeddedIndexEngine(_folder.Path, TimeProvider.System);

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();
}

public sealed class EmbeddedIndexSearching : IndexSearchingContract
{
    private readonly TestFolder _folder = new();

    protected override IIndexEngine Open() => new EmbeddedIndexEngine(_folder.Path, TimeProvider.System);

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();
}

public sealed class EmbeddedIndexOracle : IndexOracleContract
{
    private readonly TestFolder _folder = new();

    protected override IIndexEngine Open() => new EmbeddedIndexEngine(_folder.Path, TimeProvider.System);

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();
}

public sealed class FileRunStoreContract : RunStoreContract
{
    private readonly TestFolder _folder = new();

    protected override IRunStore Open() => new FileRunStore(_folder.Path, TimeProvider.System);

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();
}
