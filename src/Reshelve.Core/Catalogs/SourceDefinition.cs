namespace Reshelve.Catalogs;

/// <summary>Which of the files that match a pattern make up the feed.</summary>
public enum FilePick
{
    /// <summary>All of them, in the order of their names: the parts of one feed.</summary>
    All,

    /// <summary>The one whose name comes last: each is a whole feed, named by its date.</summary>
    Newest,
}

/// <summary>Where a catalog's feeds come from: exactly one of <see cref="Path"/> and <see cref="Url"/>.</summary>
public sealed record SourceDefinition
{
    /// <summary>A file or a glob (<c>*</c>, <c>?</c>, <c>**</c>), relative to the workspace or absolute.</summary>
    public string? Path { get; init; }

    /// <summary>Which of the files that match the glob make up the feed.</summary>
    public FilePick Pick { get; init; } = FilePick.All;

    /// <summary>An <c>http</c> or <c>https</c> address.</summary>
    public Uri? Url { get; init; }

    /// <summary>
    /// Headers sent with every request; <c>${NAME}</c> stands for an environment variable, so that secrets stay out of the
    /// file.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a server may take to answer, and then to send the next bytes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a failed download is tried again.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>
    /// How many received feeds are kept. A local file is copied to the archive only if this is set; null: 3 for URLs, 0 for
    /// files.
    /// </summary>
    public int? Archive { get; init; }
}
