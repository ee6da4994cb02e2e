using Reshelve.OpenSearch.Writing;

namespace Reshelve.Tests.OpenSearch.Writing;

public sealed class WriteNotesTests
{
    private static readonly WriteFigures None = new(0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero);
    private WriteFigures _figures = None;
    private string? _note;

    [Fact]
    public void An_undisturbed_run_has_nothing_to_tell()
    {
        var notes = Notes();
        _figures = None with { Requests = 1000, Documents = 1_000_000, Bytes = 600_000_000, Slowed = TimeSpan.FromMilliseconds(900) };
        notes.Take().ShouldBeEmpty();
    }

    [Fact]
    public void What_happened_since_the_last_time_is_told_once()
    {
        var notes = Notes();
        _figures = None with { Rejections = 1, Splits = 2, Slowed = TimeSpan.FromSeconds(12.34) };
        notes.Take().ShouldBe(
        [
            "the cluster rejected 1 bulk request for having too much to do, and all were repeated",
            "2 bulk requests did not get through as a whole (too large, or with a document that the cluster cannot read), and each was halved and sent again",
            "writing was held back for 12.3 s, for the sake of searches",
        ]);
        notes.Take().ShouldBeEmpty();
        _figures = _figures with { Rejections = 1501 };
        notes.Take().ShouldBe(["the cluster rejected 1,500 bulk requests for having too much to do, and all were repeated"]);
    }

    [Fact]
    public void Writes_without_effect_are_told_with_what_may_be_the_matter()
    {
        var notes = Notes();
        _figures = None with { Outrun = 1 };
        notes.Take().ShouldHaveSingleItem().ShouldStartWith("1 change had no effect");
        _figures = None with { Outrun = 3 };
        notes.Take().ShouldHaveSingleItem().ShouldContain("2 changes");
    }

    [Fact]
    public void What_keeps_the_watch_from_watching_is_told_once()
    {
        var notes = Notes();
        _note = "searches are not watched";
        notes.Take().ShouldBe(["searches are not watched"]);
        notes.Take().ShouldBeEmpty();
    }

    private WriteNotes Notes() => new(() => _figures, () => _note);
}
