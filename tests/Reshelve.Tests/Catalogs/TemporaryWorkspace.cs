using Reshelve.Catalogs;

namespace Reshelve.Tests.Catalogs;

/// <summary>A workspace folder that goes with its test.</summary>
internal sealed class TemporaryWorkspace : IDisposable
{
    public TemporaryWorkspace() => Folder = Directory.CreateTempSubdirectory("reshelve-catalogs-").FullName;

    public string Folder { get; }

    public TemporaryWorkspace With(string path, string content)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return this;
    }

    public TemporaryWorkspace With(string path, byte[] content)
    {
        With(path, "");
        File.WriteAllBytes(Path.Combine(Folder, path), content);
        return this;
    }

    public LoadResult Load() => Workspace.Open(Folder).LoadCatalogs();

    public static CatalogDefinition One(string yaml)
    {
        using var workspace = new TemporaryWorkspace().With("catalogs/shop.yaml", yaml);
        var result = workspace.Load();
        result.Errors.Select(e => e.ToString()).ShouldBeEmpty();
        return result.Catalogs.ShouldHaveSingleItem();
    }

    /// <summary>The errors of one definition.</summary>
    public static IReadOnlyList<DefinitionError> Errors(string yaml)
    {
        using var workspace = new TemporaryWorkspace().With("catalogs/shop.yaml", yaml);
        var result = workspace.Load();
        result.Catalogs.ShouldBeEmpty();
        foreach (var error in result.Errors)
        {
            error.File.ShouldBe("catalogs/shop.yaml");
            error.Remedy.ShouldNotBeNullOrWhiteSpace();
            error.Problem.ShouldNotBeNullOrWhiteSpace();
        }

        return result.Errors;
    }

    public static DefinitionError Error(string yaml) => Errors(yaml).ShouldHaveSingleItem();

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
