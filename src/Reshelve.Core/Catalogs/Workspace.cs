using Reshelve.Catalogs.Yaml;
using Reshelve.Feeds;

namespace Reshelve.Catalogs;

/// <summary>
/// A folder with <c>catalogs/&lt;name&gt;.yaml</c>, one definition per catalog, and at its root <c>reshelve.yaml</c>, which holds
/// what all of them share and may be missing.
/// </summary>
public sealed class Workspace
{
    /// <summary>The file at the root.</summary>
    public const string OptionsFileName = "reshelve.yaml";

    /// <summary>The folder of the definitions.</summary>
    public const string CatalogsFolderName = "catalogs";

    private readonly List<DefinitionError> _optionsErrors = [];

    private Workspace(string folder)
    {
        Folder = folder;
        var file = Path.Combine(folder, OptionsFileName);
        Options = File.Exists(file)
            ? DefinitionFile.ReadWorkspace(file, OptionsFileName, _optionsErrors)
            : new WorkspaceOptions();
        DataFolder = Path.GetFullPath(Options.Data, folder);
    }

    /// <summary>The workspace's folder, absolute.</summary>
    public string Folder { get; }

    /// <summary>What all catalogs share.</summary>
    public WorkspaceOptions Options { get; }

    /// <summary>Where ledgers, indexes, runs and spools are kept, absolute; it may not exist yet.</summary>
    public string DataFolder { get; }

    /// <summary>The folder of the definitions, absolute; it may not exist yet.</summary>
    public string CatalogsFolder => Path.Combine(Folder, CatalogsFolderName);

    /// <summary>
    /// What is wrong with <c>reshelve.yaml</c>; also part of every <see cref="LoadResult"/>. What is wrong there keeps its
    /// default, also the data folder: check this before anything is written.
    /// </summary>
    public IReadOnlyList<DefinitionError> OptionsErrors => _optionsErrors;

    /// <summary>Opens the workspace that is, or will be, in a folder.</summary>
    /// <exception cref="ReshelveException">There is no such folder.</exception>
    public static Workspace Open(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(full))
            throw new ReshelveException(
                $"The workspace folder '{full}' does not exist. Create it, or name another with --workspace.");
        return new Workspace(full);
    }

    /// <summary>
    /// The workspace folder that a folder is in, as git finds its repository: the nearest one, upwards; null when there is none.
    /// </summary>
    public static string? Find(string startFolder)
    {
        for (var folder = new DirectoryInfo(Path.GetFullPath(startFolder)); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, OptionsFileName)) || HasDefinitions(folder.FullName))
                return folder.FullName;
        }

        return null;
    }

    /// <summary>The file that holds, or would hold, a catalog's definition.</summary>
    public string DefinitionPath(string catalog) => Path.Combine(CatalogsFolder, $"{catalog}.yaml");

    /// <summary>Reads all definitions, and reports every error of every one.</summary>
    public LoadResult LoadCatalogs()
    {
        var errors = new List<DefinitionError>(_optionsErrors);
        var catalogs = new List<CatalogDefinition>();
        foreach (var file in DefinitionFiles(errors))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var shown = Shown(file);
            if (!CatalogName.Check(name, shown, errors))
                continue;
            if (DefinitionFile.ReadCatalog(file, shown, name, Options.Defaults, errors) is { } definition)
                catalogs.Add(definition);
        }

        return new LoadResult(catalogs, errors);
    }

    /// <summary>
    /// Reads one definition; quicker than all where there are thousands. A name without a definition is an error in the result.
    /// </summary>
    public LoadResult LoadCatalog(string name)
    {
        var errors = new List<DefinitionError>(_optionsErrors);
        var file = DefinitionPath(name);
        var shown = $"{CatalogsFolderName}/{name}.yaml";
        if (!CatalogName.Check(name, shown, errors))
            return new LoadResult([], errors);
        if (!File.Exists(file))
        {
            errors.Add(Missing(name, shown));
            return new LoadResult([], errors);
        }

        var definition = DefinitionFile.ReadCatalog(file, shown, name, Options.Defaults, errors);
        return new LoadResult(definition is null ? [] : [definition], errors);
    }

    private DefinitionError Missing(string name, string shown)
    {
        var names = DefinitionFiles([]).Select(f => Path.GetFileNameWithoutExtension(f)).ToArray();
        var remedy = Spelling.Closest(name, names) is { } close
            ? $"Perhaps '{close}' is meant"
            : names.Length == 0 ? "Write one, or let 'reshelve init <feed>' do it" : "'reshelve catalogs' lists those that exist";
        return new DefinitionError(shown, 1, 1, "", null, $"does not exist in {Folder}", remedy);
    }

    private List<string> DefinitionFiles(List<DefinitionError> errors)
    {
        var files = new List<string>();
        try
        {
            if (!Directory.Exists(CatalogsFolder))
                return files;
            foreach (var file in Directory.EnumerateFiles(CatalogsFolder).Order(StringComparer.Ordinal))
            {
                var extension = Path.GetExtension(file);
                if (extension == ".yaml")
                    files.Add(file);
                else if (extension.ToLowerInvariant() is ".yml" or ".yaml")
                    errors.Add(new DefinitionError(
                        Shown(file), 1, 1, "", null, $"ends in {extension}, so it is not read", "Rename it to end in .yaml"));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.Add(new DefinitionError(
                CatalogsFolderName,
                1,
                1,
                "",
                null,
                $"cannot be read: {error.Message.TrimEnd('.')}",
                "Make the folder readable for this user"));
        }

        return files;
    }

    private static bool HasDefinitions(string folder)
    {
        var catalogs = Path.Combine(folder, CatalogsFolderName);
        try
        {
            return Directory.Exists(catalogs) && Directory.EnumerateFiles(catalogs, "*.yaml").Any();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Someone else's folder on the way up.
            return false;
        }
    }

    private static string Shown(string file) => $"{CatalogsFolderName}/{Path.GetFileName(file)}";
}
