using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.Files;

namespace Reshelve.Indexing;

/// <summary>
/// The file that says which backing indexes of a catalog are ours. An index is written into it before it is made, and taken out
/// after it is dropped, so no crash leaves one that is not in it. Whoever changes it holds the catalog's lease.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="catalog">The catalog, for messages.</param>
internal sealed class IndexRegistry(string path, string catalog)
{
    /// <summary>The indexes, in the order in which they were registered; null when nothing was registered yet.</summary>
    /// <exception cref="ReshelveException">The file cannot be read.</exception>
    public IReadOnlyList<RegisteredIndex>? Read()
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        try
        {
            return RegistryJson.Read(bytes);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new ReshelveException(
                $"{path}, which says which indexes of catalog '{catalog}' this program made, is damaged ({error.Message.TrimEnd('.')}). " +
                "Nothing was changed or deleted. Move that file away: the next run registers those indexes anew that have a ledger, " +
                $"and 'reshelve indexes {catalog}' shows them.",
                error);
        }
    }

    /// <summary>Replaces the file, durably.</summary>
    public void Write(IReadOnlyList<RegisteredIndex> indexes)
    {
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        DurableFile.Write(path, RegistryJson.Write(indexes));
    }
}
