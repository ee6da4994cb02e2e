using Reshelve.Feeds;
using Reshelve.Indexing;

namespace Reshelve.Tests.Indexing;

public sealed class IndexOwnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_data_folder_keeps_its_id()
    {
        var owner = IndexOwner.Of(_folder["data"]);
        owner.Length.ShouldBe(16);
        IndexOwner.Of(_folder["data"]).ShouldBe(owner);
        IndexOwner.Of(_folder["other"]).ShouldNotBe(owner);
    }

    [Fact]
    public async Task All_who_ask_at_the_same_time_hear_the_same()
    {
        var owners = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => IndexOwner.Of(_folder["data"]))));
        owners.Distinct().Count().ShouldBe(1);
        Directory.EnumerateFiles(_folder["data"]).Select(path => Path.GetFileName(path)).ShouldBe([IndexOwner.FileName]);
    }

    [Fact]
    public void One_that_was_lost_is_said_to_be()
    {
        Directory.CreateDirectory(_folder["data"]);
        File.WriteAllText(Path.Combine(_folder["data"], IndexOwner.FileName), "");
        Should.Throw<ReshelveException>(() => IndexOwner.Of(_folder["data"])).Message.ShouldContain("_meta.reshelve.owner");
    }
}
