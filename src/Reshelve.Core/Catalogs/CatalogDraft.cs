using Reshelve.Catalogs.Drafting;
using Reshelve.Feeds;

namespace Reshelve.Catalogs;

/// <summary>What a draft is asked for beyond its feed.</summary>
public sealed record DraftOptions
{
    /// <summary>The catalog's name; by default the feed's file name without endings and dates.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The path of the id inside a record; by default the best field that is in every record and never repeats.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The workspace folder: a feed inside of it is named relative to it.</summary>
    public string? WorkspaceFolder { get; init; }

    /// <summary>What to write as the source instead of the file that is looked at: the address it was downloaded from.</summary>
    public string? Source { get; init; }
}

/// <summary>What was named as the id cannot be it.</summary>
public sealed class DraftIdException(string message) : ReshelveException(message);

/// <summary>
/// A definition proposed for a feed of which nothing is known, by looking at its records: all of them in feeds up to 256 MB, so
/// that no record of this feed is rejected by a type that the first few suggested.
/// </summary>
public sealed class CatalogDraft
{
    private readonly DraftFindings _findings;

    private CatalogDraft(CatalogDefinition definition, DraftFindings findings) =>
        (Definition, _findings) = (definition, findings);

    /// <summary>The proposed definition; reading <see cref="ToYaml"/> gives the same.</summary>
    public CatalogDefinition Definition { get; }

    /// <summary>Records looked at.</summary>
    public long Records => _findings.Profile.Records;

    /// <summary>Whether the feed is larger than what was looked at.</summary>
    public bool Sampled => _findings.Profile.Sampled;

    /// <summary>Looks at a feed.</summary>
    /// <param name="feedPath">A local file, plain or gzip.</param>
    /// <param name="options">What is known already.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ReshelveException">
    /// The feed cannot be read, is empty or incomplete, is in none of the formats, or has no field that can be the id.
    /// </exception>
    /// <exception cref="DraftIdException">The field that was named cannot be the id.</exception>
    public static CatalogDraft From(
        string feedPath, DraftOptions? options = null, CancellationToken cancellationToken = default) =>
        From(feedPath, options ?? new DraftOptions(), FeedReaders.Open, cancellationToken);

    /// <summary>
    /// The name that a catalog gets from its feed's file: without endings and dates, so <c>shop</c> for
    /// <c>shop-2024-01-31.jsonl.gz</c>.
    /// </summary>
    public static string NameFor(string feedPath) => DraftNames.Catalog(feedPath);

    /// <summary>As above, with another way to open the feed.</summary>
    internal static CatalogDraft From(
        string feedPath,
        DraftOptions options,
        Func<IReadOnlyList<string>, FeedFormat, FeedLimits, IFeedReader> open,
        CancellationToken cancellationToken)
    {
        var name = CheckedName(options.Name ?? NameFor(feedPath));
        var wantedId = CheckedId(options.Id);
        if (feedPath.Contains("://", StringComparison.Ordinal))
        {
            throw new ReshelveException(
                $"'{feedPath}' is an address. Download one feed, draft the definition from the file, and put the address into 'source'.");
        }

        var sample = FeedSample.Open(feedPath);
        var format = FormatProbe.Find(sample);
        FeedProfile profile;
        using (var reader = open([feedPath], format, new FeedLimits()))
            profile = FeedProfile.Read(reader, wantedId, FeedSample.Budget, cancellationToken);
        if (profile.Records == 0)
            throw NoRecords(feedPath, profile);
        var id = wantedId is null ? IdChooser.Choose(profile, feedPath) : IdChooser.Wanted(profile, wantedId, feedPath);
        var fields = FieldDrafts.From(profile, id.Field.Path, format.Kind is FeedFormatKind.Csv or FeedFormatKind.Xml);
        var definition = new CatalogDefinition
        {
            Name = name,
            Source = SourceOf(feedPath, options),
            Format = format,
            Id = id.Field.Path,
            Fields = [.. fields.Fields.Select(f => f.Definition)],
        };
        return new CatalogDraft(definition, new DraftFindings(sample, profile, id, fields));
    }

    /// <summary>The definition as a commented file for <c>catalogs/&lt;name&gt;.yaml</c>.</summary>
    public string ToYaml() => DraftWriter.Write(Definition, _findings);

    private static string CheckedName(string name) => CatalogName.ProblemOf(name) is { } problem
        ? throw new ReshelveException(
            $"'{name}' cannot be a catalog's name: it {problem}. Name it, for example, --name {CatalogName.From(name)}.")
        : name;

    private static FieldPath? CheckedId(string? id)
    {
        if (id is null)
            return null;
        return FieldPath.TryParse(id, out var path, out var problem)
            ? path
            : throw new DraftIdException(
                $"'{id}' is not a field path: {problem}. Write --id with the names on the way to it, such as offer.sku.");
    }

    private static ReshelveException NoRecords(string file, FeedProfile profile) => new(profile.Unreadable == 0
        ? $"The feed '{file}' has no records, so there is nothing to draft a definition from. Name a feed that holds some."
        : $"None of the {profile.Unreadable:N0} records of '{file}' can be read: the first one "
            + $"{profile.FirstProblem}. Correct the feed, or name another.");

    private static SourceDefinition SourceOf(string feedPath, DraftOptions options)
    {
        if (options.Source is { } source)
            return Uri.TryCreate(source, UriKind.Absolute, out var url) && !url.IsFile
                ? new SourceDefinition { Url = url }
                : new SourceDefinition { Path = source };
        if (feedPath.Any(char.IsControl))
        {
            throw new ReshelveException(
                $"The name of the feed '{YamlText.Comment(feedPath)}' contains control characters, which a definition cannot. Rename it.");
        }

        var full = Path.GetFullPath(feedPath);
        if (options.WorkspaceFolder is { } folder)
        {
            var relative = Path.GetRelativePath(Path.GetFullPath(folder), full);
            if (!Path.IsPathRooted(relative) && relative.Split(Path.DirectorySeparatorChar)[0] != "..")
                return new SourceDefinition { Path = relative.Replace(Path.DirectorySeparatorChar, '/') };
        }

        return new SourceDefinition { Path = full.Replace(Path.DirectorySeparatorChar, '/') };
    }
}
