using System.Text;
using Reshelve.Catalogs;
using Reshelve.Planning;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>An index that was changed as nobody should.</summary>
internal sealed partial class ModelSequence
{
    /// <summary>Somebody changes the live index, and it is mended: from then on the ledger says what it holds, and the next feed puts it right.</summary>
    private async Task DamageAsync(Random random)
    {
        if (IsUnfinished || await LiveAsync() is not { Registered: not null } live || IsMendingBlocked)
            return;
        var known = (await _bench.ReadAsync(live.Name)).Keys.Order(StringComparer.Ordinal).ToList();
        var damages = new Dictionary<string, string?>();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var id = known.Count > 0 && random.Next(3) > 0 ? known[random.Next(known.Count)] : $"stranger {random.Next(5)}";
            damages[id] = random.Next(3) == 0 ? null : """{"name":"vandal"}""";
        }

        _log.Add($"somebody changes {string.Join(' ', damages.Select(damage => damage.Key + (damage.Value is null ? "-" : "")))} of the live index, and verify --repair");
        long number;
        using (var turn = await _bench.Runs.TakeEventTurnAsync(ModelDefinitions.Name, CancellationToken.None))
            number = turn.NextSequence();
        var changes = damages.Select(damage => damage.Value is { } document
            ? new Change(ChangeKind.Replace, damage.Key, Encoding.UTF8.GetBytes(document))
            : new Change(ChangeKind.Remove, damage.Key, default));
        await _bench.Index.WriteAsync(live.Name, [.. changes], number, CancellationToken.None);
        foreach (var (id, document) in damages)
            _model.LiveIndex!.Damage(id, document);

        var mended = await _bench.Repair.VerifyAsync(_definition, mend: true, CancellationToken.None);
        _log.Add($"   {mended.Missing} missing, {mended.Extra} extra, {mended.Stale} stale");
        var after = await _bench.Repair.VerifyAsync(_definition, mend: false, CancellationToken.None);
        if (!after.InStep)
            throw new ContradictionException($"the ledger was mended, and does not say what the index holds: {string.Join(", ", after.Examples)}");
    }

    /// <summary>An incremental feed would be lost with its plan, which is right for one ledger alone.</summary>
    private bool IsMendingBlocked =>
        _definition.Feed == FeedKind.Incremental && _bench.Holds.Find(ModelDefinitions.Name) is { Part: HeldPart.Plan };
}
