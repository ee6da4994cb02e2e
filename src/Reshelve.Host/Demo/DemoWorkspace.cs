using System.Text;
using Reshelve.Catalogs;

namespace Reshelve.Host.Demo;

/// <summary>The workspace of the demonstration: a definition, and the sample shop's feeds as they arrive day by day.</summary>
internal sealed class DemoWorkspace
{
    /// <summary>The catalog.</summary>
    public const string Catalog = "products";

    private const string Mark = "# Made by 'reshelve demo', which replaces this folder when it runs again.\n";
    private const string FirstFeed = "2025-03-03.jsonl";
    private const string SecondFeed = "2025-03-04.jsonl";

    private const string Definition = """
        # The catalog of a sample shop: what its feeds look like, and what becomes of them.

        source:
          path: feeds/*.jsonl   # one full feed a day
          pick: newest          # the one whose name comes last
        format: jsonl           # one JSON object per line
        id: id

        fields:
          title:       { type: text, boost: 3, required: true }
          description: text
          brand:       { type: keyword, facet: true }
          categories:  { type: keyword, list: true, facet: true }
          color:       { type: keyword, facet: true }
          # Prices and stock change all the time: a change in these alone is a cheap patch.
          price:       { type: number, volatile: true }
          stock:       { type: integer, volatile: true }
          rating:      { type: number, volatile: true }
          image:       image
          url:         url
          added:       date

        # What a record holds beyond these (here: currency) is stored with the document.
        others: store

        """;

    private DemoWorkspace(string folder) => Folder = folder;

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    private static string DefaultFolder => Path.Combine(Path.GetTempPath(), $"reshelve-demo-{Environment.UserName}");

    /// <summary>Makes it anew, with the first day's feed.</summary>
    /// <exception cref="UsageException">The folder holds something else.</exception>
    public static DemoWorkspace Create(string? folder)
    {
        var workspace = new DemoWorkspace(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder ?? DefaultFolder)));
        workspace.Clear();
        Directory.CreateDirectory(Path.Combine(workspace.Folder, Workspace.CatalogsFolderName));
        Directory.CreateDirectory(Path.Combine(workspace.Folder, "feeds"));
        File.WriteAllText(Path.Combine(workspace.Folder, Workspace.OptionsFileName), Mark);
        File.WriteAllText(Path.Combine(workspace.Folder, Workspace.CatalogsFolderName, $"{Catalog}.yaml"), Definition);
        workspace.WriteFeed(FirstFeed, SampleShop.FirstDay(), broken: false);
        return workspace;
    }

    /// <summary>Lets the second day's feed arrive; one record of it is broken, as happens.</summary>
    public void ReceiveSecondFeed() => WriteFeed(SecondFeed, SampleShop.SecondDay(SampleShop.FirstDay()), broken: true);

    // Only what an earlier demonstration made is deleted: never through a link, never a folder that someone else's files are in.
    private void Clear()
    {
        var existing = new DirectoryInfo(Folder);
        if (File.Exists(Folder) || existing.LinkTarget is not null)
            throw new UsageException($"{Folder} is not a folder. Name another with --folder.");
        if (!existing.Exists || !existing.EnumerateFileSystemInfos().Any())
            return;
        var options = Path.Combine(Folder, Workspace.OptionsFileName);
        if (!File.Exists(options) || !File.ReadAllText(options).StartsWith(Mark, StringComparison.Ordinal))
            throw new UsageException($"{Folder} holds something else than an earlier demonstration. Name another folder with --folder.");
        // The mark goes last: an interrupted deletion can be taken up again.
        foreach (var entry in existing.EnumerateFileSystemInfos().Where(entry => entry.FullName != options))
            Delete(entry);
        File.Delete(options);
    }

    private static void Delete(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo { LinkTarget: null } folder)
            folder.Delete(recursive: true);
        else
            entry.Delete();
    }

    private void WriteFeed(string name, IReadOnlyList<SampleProduct> products, bool broken)
    {
        using var feed = new MemoryStream();
        foreach (var product in products)
            product.Write(feed);
        if (broken)
            feed.Write(Encoding.UTF8.GetBytes("{\"id\":\"P-2001\",\"title\":\"Tarn Otter kayak, teal\",\"brand\":\"Tarn\",\"price\":\"on request\"}\n"));
        File.WriteAllBytes(Path.Combine(Folder, "feeds", name), feed.ToArray());
    }
}
