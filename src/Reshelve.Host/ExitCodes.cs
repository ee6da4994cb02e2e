namespace Reshelve.Host;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCodes
{
    /// <summary>All that was asked for is done.</summary>
    public const int Done = 0;

    /// <summary>Something failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a definition is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A safety check holds a plan.</summary>
    public const int Held = 3;

    /// <summary>Done, but some records were rejected.</summary>
    public const int Rejected = 4;

    /// <summary>Stopped by Ctrl-C: 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM.</summary>
    public const int Terminated = 143;

    // From the most to the least serious. A stop ranks first: whatever else happened, not all was done, and on request.
    private static readonly int[] Ranking = [Interrupted, Terminated, Failed, Usage, Held, Rejected, Done];

    /// <summary>The more serious of two.</summary>
    public static int Worse(int one, int other) => Array.IndexOf(Ranking, one) <= Array.IndexOf(Ranking, other) ? one : other;
}
