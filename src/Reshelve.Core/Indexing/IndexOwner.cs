using System.Security.Cryptography;
using System.Text;
using Reshelve.Feeds;
using Reshelve.Files;

namespace Reshelve.Indexing;

/// <summary>Whose the indexes on a shared server are: an id that the data folder keeps, so that whoever has the folder has the indexes.</summary>
public static class IndexOwner
{
    /// <summary>The file in the data folder.</summary>
    public const string FileName = "owner";

    /// <summary>The id of a data folder; both are made when they are missing.</summary>
    /// <exception cref="ReshelveException">They cannot be read or made.</exception>
    public static string Of(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            if (!File.Exists(path))
                Make(path);
            var owner = File.ReadAllText(path).Trim();
            return owner.Length > 0
                ? owner
                : throw new ReshelveException(
                    $"the file {path}, which says whose the indexes on the cluster are, is empty. `_meta.reshelve.owner` in the mapping of one of them says it; write that into the file");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ReshelveException($"the file {path}, which says whose the indexes on the cluster are, cannot be read or made: {error.Message}", error);
        }
    }

    /// <summary>Of several processes that do this at the same time, one wins, and all read what it wrote.</summary>
    private static void Make(string path)
    {
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        var own = path + ".new-" + Path.GetRandomFileName();
        DurableFile.Write(own, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) + "\n"));
        try
        {
            File.Move(own, path, overwrite: false);
            DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(own);
        }
    }
}
