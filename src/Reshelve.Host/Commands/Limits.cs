namespace Reshelve.Host.Commands;

/// <summary>Bounds of numbers on the command line.</summary>
internal static class Limits
{
    /// <summary>The number, if it is above zero.</summary>
    public static int Positive(int number, string option) =>
        number > 0 ? number : throw new UsageException($"{option} {number}: give a number above zero.");

    /// <summary>The number, if it is not below zero.</summary>
    public static int NotNegative(int number, string option) =>
        number >= 0 ? number : throw new UsageException($"{option} {number}: give zero or more.");
}
