using Reshelve.Catalogs;
using Reshelve.Host.Output;

namespace Reshelve.Host;

/// <summary>One invocation: where it writes, and which workspace it works on.</summary>
/// <param name="terminal">The output.</param>
/// <param name="time">The clock.</param>
/// <param name="workspace">The workspace as given; null for the current folder.</param>
/// <param name="json">Whether the output is for machines.</param>
internal sealed class Session(Terminal terminal, TimeProvider time, string? workspace, bool json)
{
    /// <summary>The output.</summary>
    public Terminal Terminal => terminal;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Whether the output is for machines.</summary>
    public bool Json => json;

    /// <summary>
    /// The workspace folder, whether or not there is one yet: as given, else the one that the current folder is in, else that.
    /// </summary>
    public string Folder { get; } = workspace is { Length: > 0 } ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(workspace)) : Workspace.Find(".") ?? Path.GetFullPath(".");

    /// <summary>Commands to suggest.</summary>
    public CommandHint Hint { get; } = CommandHint.OfProcess(workspace);

    /// <summary>Opens the workspace.</summary>
    /// <exception cref="UsageException">There is none in the folder.</exception>
    public Composition Open()
    {
        RequireWorkspace();
        return Composition.Open(Folder, time);
    }

    /// <summary>Makes sure that there is a workspace.</summary>
    /// <exception cref="UsageException">There is none in the folder.</exception>
    public void RequireWorkspace()
    {
        if (workspace is { Length: > 0 } && !Directory.Exists(Folder))
            throw new UsageException($"The workspace folder {Folder} does not exist. Name another with --workspace.");
        if (!IsWorkspace(Folder))
        {
            throw new UsageException(
                $"There is no workspace in {Folder}: no {Workspace.OptionsFileName} and no definitions in {Workspace.CatalogsFolderName}/. " +
                $"Make one from a feed with '{Hint.For("init", "<feed>")}', or name another folder with --workspace.");
        }
    }

    /// <summary>Whether a folder itself holds a workspace.</summary>
    public static bool IsWorkspace(string folder) => Directory.Exists(folder) && Workspace.Find(folder) == folder;

    /// <summary>The same invocation on another workspace.</summary>
    public Session In(string folder) => new(terminal, time, folder, json);
}
