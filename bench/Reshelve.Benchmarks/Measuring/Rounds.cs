namespace Reshelve.Benchmarks.Measuring;

/// <summary>How often contestants are run.</summary>
/// <param name="Count">How often at most.</param>
/// <param name="Seconds">After how many seconds a contestant has been run enough, if at least once.</param>
internal readonly record struct Runs(int Count, double Seconds);

/// <summary>
/// Runs contestants in turn, round by round, so that a machine that slows down meanwhile slows all of them down. Where the runs of one
/// lie far apart, all of them get up to as many rounds again.
/// </summary>
internal static class Rounds
{
    /// <summary>Measures each contestant. One that fails is reported and left out.</summary>
    public static IReadOnlyList<Figure> Measure(IReadOnlyList<Contestant> contestants, Runs runs, Action<string> warn)
    {
        var entrants = contestants.Select(contestant => new Entrant(contestant)).ToList();
        for (var round = -contestants.Max(contestant => contestant.WarmUps); round < runs.Count; round++)
            TakeTurns(round, runs.Seconds);
        for (var round = runs.Count; round < 2 * runs.Count && entrants.Exists(entrant => entrant.IsUnsettled); round++)
            TakeTurns(round, 2 * runs.Seconds);
        return [.. entrants.Where(entrant => !entrant.HasFailed).Select(entrant => entrant.Sum())];

        void TakeTurns(int round, double seconds)
        {
            foreach (var entrant in entrants)
                entrant.TakeTurn(round, seconds, warn);
        }
    }

    /// <summary>A contestant and its runs so far.</summary>
    private sealed class Entrant(Contestant contestant)
    {
        private readonly List<Sample> _samples = [];
        private double _warmUpSeconds;

        public bool HasFailed { get; private set; }

        /// <summary>Whether more runs may tell more: one alone says nothing about the machine, and takes too long to be repeated.</summary>
        public bool IsUnsettled => !HasFailed && _samples.Count > 1 && Sum().IsUnsettled;

        /// <summary>Runs it, if it is its turn; rounds below 0 warm up.</summary>
        public void TakeTurn(int round, double seconds, Action<string> warn)
        {
            if (HasFailed || !IsDue(round, seconds))
                return;
            try
            {
                var sample = contestant.Run();
                if (round < 0)
                    _warmUpSeconds += sample.Seconds;
                else
                    _samples.Add(sample);
            }
            catch (BenchmarkException problem)
            {
                warn($"{contestant.Name}: {problem.Message}");
                HasFailed = true;
            }
        }

        public Figure Sum() => Figure.Of(contestant.Name, contestant.Work, _samples);

        private bool IsDue(int round, double seconds) => round < 0
            ? round >= -contestant.WarmUps && _warmUpSeconds < seconds / 2
            : _samples.Count == 0 || _samples.Sum(sample => sample.Seconds) < seconds;
    }
}

/// <summary>Something that was measured did not do what it was measured for.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
