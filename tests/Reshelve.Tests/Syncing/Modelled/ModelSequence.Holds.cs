using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>Approving and discarding what is held.</summary>
internal sealed partial class ModelSequence
{
    private async Task ApproveAsync(Random random)
    {
        using var interruption = Interruption(random);
        if (_bench.Holds.Find(ModelDefinitions.Name) is not { } held)
        {
            _log.Add($"approve nothing{interruption}");
            _bench.Arm(interruption);
            await ApprovedAsync(false, interruption);
            return;
        }

        if (!_plans.TryGetValue(held.Run, out var plan) || random.Next(4) == 0)
        {
            _log.Add($"discard {held.Part} of run {held.Run}{interruption}");
            _bench.Arm(interruption);
            await TriedAsync(() => _bench.Holds.DiscardAsync(ModelDefinitions.Name, held.Run), interruption);
            return;
        }

        var former = await LiveAsync();
        // The wrong one of the two is refused.
        var removals = held.Part != HeldPart.Plan ^ random.Next(8) == 0;
        _log.Add($"approve{(removals ? " --removals" : "")} {held.Part} of run {held.Run}{interruption}");
        _bench.Arm(interruption);
        var report = await ApprovedAsync(removals, interruption);
        var ending = EndingOf(report, plan.Run.Feed, interruption.HasFired);
        if (held.ProblemWith(new Approval { Removals = removals }) is not null)
        {
            if (ending == Ending.Done)
                throw new ContradictionException("what waits was approved in the wrong way");
            return;
        }

        if (held.Part != HeldPart.Plan)
        {
            _model.Remove(plan.Run, ending, report is not null && !report.Notes.Any(note => note.Contains("stayed")));
            return;
        }

        var run = plan.Run with
        {
            Ending = ending, Rebuild = held.CreatesIndex, During = [],
        };
        if (plan.StaysAside && ending == Ending.Done && held.CreatesIndex)
            await StandAsideAsync(run);
        else
            Feed(run, (await LiveAsync())?.Name, former?.Name);
    }

    private Task<RunReport?> ApprovedAsync(bool removals, Interruption interruption) => TriedAsync(
        () => _bench.Holds.ApproveAsync(ModelDefinitions.Name, new Approval { Removals = removals }, _bench.Progress, interruption.Token), interruption);

    private async Task<RunReport?> TriedAsync(Func<Task<RunReport>> work, Interruption interruption)
    {
        RunReport? report = null;
        try
        {
            report = await work();
        }
        catch (Exception) when (interruption.HasFired)
        {
        }

        if (interruption.IsDead)
            report = null;
        await _bench.DisarmAsync();
        Tell(report, interruption.HasFired);
        return report;
    }
}
