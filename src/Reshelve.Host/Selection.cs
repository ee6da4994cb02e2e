using Reshelve.Catalogs;

namespace Reshelve.Host;

/// <summary>The catalogs that a command works on.</summary>
/// <param name="Catalogs">Those with a sound definition.</param>
/// <param name="Errors">The errors of the others; only when all catalogs are meant.</param>
internal sealed record Selection(IReadOnlyList<CatalogDefinition> Catalogs, IReadOnlyList<DefinitionError> Errors)
{
    /// <summary>
    /// The named catalogs, or all. A broken definition stops the command when it was named, for the operator meant it; it does
    /// not
    /// stop the others when all were meant.
    /// </summary>
    /// <exception cref="UsageException">There is no such catalog, or none at all.</exception>
    /// <exception cref="DefinitionsException">The definition of a named one has errors.</exception>
    public static Selection Of(Composition workspace, IReadOnlyList<string> names, Session session)
    {
        if (names.Count == 0)
        {
            var (catalogs, errors) = workspace.Definitions;
            if (catalogs.Count == 0 && errors.Count == 0)
                throw new UsageException($"There are no catalogs in {workspace.Folder} yet. Make one from a feed: {session.Hint.For("init", "<feed>")}.");
            return new Selection(catalogs, errors);
        }

        var named = names.Distinct(StringComparer.Ordinal).ToList();
        foreach (var name in named)
            RequireExisting(workspace, name);
        var loaded = named.Select(workspace.Definition).ToList();
        var broken = loaded.SelectMany(one => one.Errors).Distinct().ToList();
        return broken.Count > 0 ? throw new DefinitionsException(broken) : new Selection([.. loaded.SelectMany(one => one.Catalogs)], []);
    }

    /// <summary>One named catalog.</summary>
    public static CatalogDefinition One(Composition workspace, string name, Session session) => Of(workspace, [name], session).Catalogs[0];

    /// <summary>The catalog that an error is about: definitions are named by their files.</summary>
    public static string CatalogOf(DefinitionError error) => Path.GetFileNameWithoutExtension(error.File);

    /// <summary>Makes sure that there is a catalog of this name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static void RequireExisting(Composition workspace, string name)
    {
        var known = workspace.CatalogNames;
        if (known.Contains(name, StringComparer.Ordinal))
            return;
        throw new UsageException(
            $"There is no catalog '{name}' in {workspace.Folder}." + Similar.Suggestion(name, known) +
            (known.Count is > 0 and <= 20 ? $" There {(known.Count == 1 ? "is" : "are")}: {string.Join(", ", known)}." : ""));
    }
}
