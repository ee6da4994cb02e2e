namespace Reshelve.Running;

/// <summary>The plan that is being applied.</summary>
/// <param name="Run">The run that made it.</param>
/// <param name="Fills">The new index that it fills; null when it changes the live one.</param>
/// <param name="Interrupted">
/// The run whose plan of the live index was interrupted before; 0 when nobody knows which. The new index makes it needless.
/// </param>
/// <param name="GivenUp">Where it is given up as soon as a ledger is restored: that ledger; null otherwise.</param>
internal sealed record ApplyingPlan(long Run, string? Fills = null, long? Interrupted = null, RestoredLedger? GivenUp = null);

/// <summary>A ledger that is restored from the documents of its index, whatever plan was being applied to that.</summary>
/// <param name="Index">The index.</param>
/// <param name="Run">The run that restores it.</param>
internal sealed record RestoredLedger(string Index, long Run);
