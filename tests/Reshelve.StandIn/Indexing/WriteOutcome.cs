namespace Reshelve.StandIn.Indexing;

/// <summary>What one write did.</summary>
/// <param name="Result"><c>created</c>, <c>updated</c>, <c>deleted</c>, <c>not_found</c> or <c>noop</c>.</param>
/// <param name="Version">The document's version now.</param>
/// <param name="Sequence">The number of the write.</param>
internal readonly record struct WriteOutcome(string Result, long Version, long Sequence)
{
    public int Status => Result switch { "created" => 201, "not_found" => 404, _ => 200 };
}
