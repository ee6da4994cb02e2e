using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Reshelve.SystemTests;

/// <summary>A workspace folder that goes when the test ends.</summary>
internal sealed class TemporaryWorkspace : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("reshelve-test-").FullName;

    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>Writes a catalog's definition.</summary>
    public TemporaryWorkspace WithCatalog(string name, string yaml)
    {
        Write($"catalogs/{name}.yaml", yaml);
        return this;
    }

    /// <summary>Writes a text file and gives its path.</summary>
    public string Write(string file, string text) => Write(file, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string file, byte[] bytes)
    {
        var path = PathOf(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Runs the program in the folder.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => ReshelveProgram.RunAsync(Folder, arguments);

    /// <summary>Starts the program in the folder.</summary>
    public RunningProgram Start(params string[] arguments) => ReshelveProgram.Start(Folder, arguments);

    /// <summary>The ids of all documents of a small catalog, sorted.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string catalog)
    {
        var found = (await RunAsync("search", catalog, "--limit", "1000", "--json")).ShouldEndWith(0).Json;
        return [.. found.GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>Small builders of what the tests feed.</summary>
internal static class Some
{
    /// <summary>A definition for <see cref="Products"/>.</summary>
    public const string ProductsYaml = """
        source: products.jsonl
        format: jsonl
        id: id
        fields:
          title: { type: text, boost: 2 }
          brand: { type: keyword, facet: true }
          price: { type: number, volatile: true }
        """;

    /// <summary>Products as JSON Lines.</summary>
    public static string Products(int count, Func<int, decimal>? price = null) => Products(Enumerable.Range(1, count), price);

    /// <summary>The products of these numbers.</summary>
    public static string Products(IEnumerable<int> numbers, Func<int, decimal>? price = null)
    {
        var lines = new StringBuilder();
        foreach (var number in numbers)
        {
            lines.Append($$"""{"id":"p{{number}}","title":"Product {{number}} of the shop","brand":"Brand {{number % 7}}",""");
            lines.Append($$""" "price":{{(price ?? (n => n * 0.5m))(number)}},"note":"{{new string('x', number % 50)}}"}""").Append('\n');
        }

        return lines.ToString();
    }

    /// <summary>Bytes as a gzip file.</summary>
    public static byte[] Gzip(string text)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return file.ToArray();
    }

    /// <summary>A count of a report.</summary>
    public static long Count(this JsonElement report, string name) => report.GetProperty(name).GetInt64();

    /// <summary>A text of a report.</summary>
    public static string Text(this JsonElement report, string name) => report.GetProperty(name).GetString()!;
}
