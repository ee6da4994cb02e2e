namespace Reshelve.Planning;

/// <summary>What a safety check holds.</summary>
public enum HeldPart
{
    /// <summary>The removals of what the feed lacks wait; tombstones and all other changes go on.</summary>
    Missing,

    /// <summary>All removals wait; the other changes go on.</summary>
    Removals,

    /// <summary>The whole plan waits.</summary>
    Plan,
}

/// <summary>What a safety check came to.</summary>
public enum VerdictOutcome
{
    /// <summary>It holds nothing.</summary>
    Passed,

    /// <summary>It holds something until someone approves it, or another feed comes.</summary>
    Held,

    /// <summary>It is off, or there was nothing that it could have judged.</summary>
    PassedOver,
}

/// <summary>The verdict of one safety check about one plan.</summary>
/// <param name="Check">The check's name, as in the definition.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="Part">What it holds, or would hold.</param>
/// <param name="Text">The figures; of one that holds also what to do; of one that was passed over why.</param>
public sealed record PlanVerdict(string Check, VerdictOutcome Outcome, HeldPart Part, string Text)
{
    /// <summary>Whether it holds something.</summary>
    public bool IsHeld => Outcome == VerdictOutcome.Held;
}
