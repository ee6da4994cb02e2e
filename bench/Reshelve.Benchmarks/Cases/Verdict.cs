namespace Reshelve.Benchmarks.Cases;

/// <summary>A figure that a case comes to, and its goal.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Unit">Its unit; <see cref="Ratio"/> for one that is comparable between machines.</param>
internal sealed record Verdict(string Name, double Value, string Unit)
{
    /// <summary>The unit of ratios.</summary>
    public const string Ratio = "×";

    /// <summary>What it should be; null when it only guards against getting worse.</summary>
    public double? Goal { get; private init; }

    /// <summary>Whether less is better.</summary>
    public bool LessIsBetter { get; private init; } = true;

    /// <summary>Whether it is compared with the committed one.</summary>
    public bool IsRatio => Unit == Ratio;

    /// <summary>Whether the goal is reached.</summary>
    public bool IsReached => Goal is not { } goal || (LessIsBetter ? Value <= goal : Value >= goal);

    /// <summary>The same with the most that it should be.</summary>
    public Verdict AtMost(double goal) => this with { Goal = goal };

    /// <summary>The same with the least that it should be.</summary>
    public Verdict AtLeast(double goal) => this with { Goal = goal, LessIsBetter = false };

    /// <summary>The same for guarding only.</summary>
    public Verdict WithoutGoal() => this with { Goal = null };

    /// <summary>Whether it is worse than another by more than a share.</summary>
    public bool IsWorseThan(double other, double share) =>
        LessIsBetter ? Value > other * (1 + share) : Value < other / (1 + share);

    /// <summary>The goal in words.</summary>
    public string GoalText => Goal is { } goal ? $"{(LessIsBetter ? "≤" : "≥")} {Text(goal)}" : "";

    /// <summary>The value in words.</summary>
    public string ValueText => Text(Value);

    private string Text(double value) => value switch
    {
        0 => $"0 {Unit}",
        >= 10_000 => $"{value:N0} {Unit}",
        >= 100 => $"{value:0} {Unit}",
        >= 10 => $"{value:0.#} {Unit}",
        >= 1 => $"{value:0.##} {Unit}",
        _ => $"{value:0.000} {Unit}",
    };
}
