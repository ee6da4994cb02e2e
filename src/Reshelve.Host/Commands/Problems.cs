using Reshelve.Feeds;

namespace Reshelve.Host.Commands;

/// <summary>What went wrong with single catalogs, told after what can be said of the others.</summary>
internal static class Problems
{
    /// <summary>Writes them as errors.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(Session session, IReadOnlyList<string> problems)
    {
        foreach (var problem in problems)
            Failure.Write(new ReshelveException(problem), session.Terminal, session.Json);
        return problems.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }
}
