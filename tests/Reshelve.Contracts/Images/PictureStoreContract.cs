using Reshelve.Enriching;

namespace Reshelve.Contracts.Images;

/// <summary>A picture store of its own for each test.</summary>
public abstract class PictureStoreContract : IAsyncLifetime
{
    /// <summary>A store over the storage of this test: another call gives another store over the same storage.</summary>
    protected abstract IPictureStore Open();

    /// <summary>Deletes the storage of this test.</summary>
    protected abstract ValueTask CleanAsync();

    /// <summary>The store that is tried.</summary>
    protected IPictureStore Store { get; private set; } = null!;

    /// <summary>Ends a test that is stopped.</summary>
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Store = Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await CleanAsync();
        GC.SuppressFinalize(this);
    }
}
