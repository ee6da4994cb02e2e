namespace Reshelve.Benchmarks.Measuring;

/// <summary>Runs contestants in turn, round by round, so that a machine that slows down meanwhile slows all of them down.</summary>
internal static class Rounds
{
    /// <summary>Measures each contestant so many times. One that fails is reported and left out.</summary>
    public static IReadOnlyList<Figure> Measure(IReadOnlyList<Contestant> contestants, int runs, Action<string> warn)
    {
        var samples = contestants.ToDictionary(contestant => contestant, _ => new List<Sample>());
        var failed = new HashSet<Contestant>();
        var warmUps = contestants.Max(contestant => contestant.WarmUps);
        for (var round = -warmUps; round < runs; round++)
        {
            foreach (var contestant in contestants.Where(c => !failed.Contains(c) && round >= -c.WarmUps && round < c.MostRuns))
            {
                if (!TryRun(contestant, warn, out var sample))
                    failed.Add(contestant);
                else if (round >= 0)
                    samples[contestant].Add(sample);
            }
        }

        return [.. contestants.Where(c => !failed.Contains(c)).Select(c => Figure.Of(c.Name, c.Work, samples[c]))];
    }

    private static bool TryRun(Contestant contestant, Action<string> warn, out Sample sample)
    {
        try
        {
            sample = contestant.Run();
            return true;
        }
        catch (BenchmarkException problem)
        {
            warn($"{contestant.Name}: {problem.Message}");
            sample = default;
            return false;
        }
    }
}

/// <summary>Something that was measured did not do what it was measured for.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
