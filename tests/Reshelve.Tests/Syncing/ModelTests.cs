using System.Globalization;
using Reshelve.Tests.Syncing.Modelled;

namespace Reshelve.Tests.Syncing;

/// <summary>
/// Random sequences of feeds with every kind of fault, single documents, rebuilds, rollbacks, sweeps, kills and errors anywhere, beside a
/// simple model that says what must then be in the index. Always the same few sequences, so that a build can be repeated;
/// <c>RESHELVE_TEST_SEQUENCES</c> asks for so many others, <c>RESHELVE_TEST_SEED</c> says which one is first. A failure says how to see just that
/// one again.
/// </summary>
public sealed class ModelTests
{
    private const int Sequences = 300;
    private const int MostFailures = 10;

    [Fact]
    public async Task Whatever_happens_the_index_is_as_the_model_says()
    {
        var asked = Variable("RESHELVE_TEST_SEQUENCES");
        var seed = Seeds.Given;
        var count = asked ?? (seed is null ? Sequences : 1);
        var first = seed ?? (asked is null ? 1 : (int)(TimeProvider.System.GetTimestamp() % 1_000_000_000));
        var failures = new List<string>();
        var failed = 0;
        await Parallel.ForEachAsync(Enumerable.Range(first, count), async (number, cancellation) =>
        {
            // One cause mostly shows in several sequences, and to shorten each takes its time.
            if (Volatile.Read(ref failed) >= MostFailures || await FailureAsync(number) is not { } failure)
                return;
            Interlocked.Increment(ref failed);
            lock (failures)
                failures.Add(failure);
        });
        if (failures.Count > 0)
            Assert.Fail($"{failures.Count} of {count} sequences from {first} on failed.\n{string.Join("\n\n", failures)}");
    }

    private static async Task<string?> FailureAsync(int seed)
    {
        var operations = ModelSequence.OperationsOf(seed);
        if (await ModelSequence.RunAsync(seed, operations) is not { } failure)
            return null;
        var (fewest, shortest) = await ShrinkAsync(seed, operations, failure);
        return $"Sequence {seed} fails; to see it again: RESHELVE_TEST_SEED={seed} ./test --fast ModelTests\n" +
            $"With {fewest} of its {operations.Length} operations:\n{shortest}" +
            (fewest < operations.Length ? $"\nAs it came:\n{failure}" : "");
    }

    /// <summary>Leaves out one operation after the other, as long as it still fails.</summary>
    private static async Task<(int Operations, string Failure)> ShrinkAsync(int seed, IReadOnlyList<int> operations, string failure)
    {
        for (var at = operations.Count - 1; at >= 0; at--)
        {
            int[] fewer = [.. operations.Where((_, number) => number != at)];
            if (await ModelSequence.RunAsync(seed, fewer) is { } same)
                (operations, failure) = (fewer, same);
        }

        return (operations.Count, failure);
    }

    private static int? Variable(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
