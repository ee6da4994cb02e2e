using Reshelve.Files;

namespace Reshelve.Feeds;

/// <summary>Turns what the file system refuses into an error that an operator can act on.</summary>
internal static class DiskProblem
{
    public static ReshelveException Explain(Exception cause, string folder) => cause switch
    {
        IOException when DiskFull.Is(cause) => new ReshelveException(
            $"The disk (or the quota) is full: the feed cannot be spooled in {folder}. Free space there: older feeds lie in its "
            + "dated subfolders and may be deleted, and a smaller source.archive keeps fewer of them. The next run carries on.",
            cause),
        UnauthorizedAccessException => new ReshelveException(
            $"The spool folder {folder} cannot be written by the user {Environment.UserName}: {cause.Message} "
            + "Give that user write permission.",
            cause),
        _ => new ReshelveException(
            $"The spool folder {folder} cannot be used: {cause.Message} "
            + "Check the disk it lies on, and that no other run of this catalog is using it.",
            cause),
    };
}
