using Reshelve.Contracts.Images;
using Reshelve.Embedded.Images;
using Reshelve.Enriching;

namespace Reshelve.Contracts.Embedded;

public sealed class SqlitePictureReferences : PictureReferenceContract
{
    private readonly TestFolder _folder = new();

    protected override IPictureStore Open() => new SqlitePictureStore(Path.Combine(_folder.Path, "images", "pictures.db"), TimeProvider.System);

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();
}

public sealed class SqlitePictures : PictureContract
{
    private readonly TestFolder _folder = new();

    protected override IPictureStore Open() => new SqlitePictureStore(Path.Combine(_folder.Path, "images", "pictures.db"), TimeProvider.System);

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();
}

public sealed class SqliteImageLedgerContract : ImageLedgerContract
{
    private readonly TestFolder _folder = new();

    protected override IImageLedger Open() => new SqliteImageLedger(Path.Combine(_folder.Path, "ledgers", "images.db"));

    protected override ValueTask CleanAsync() => _folder.DeleteAsync();
}
