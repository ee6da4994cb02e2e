using System.Text;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Applying;

/// <summary>Makes the ledger of an applied plan the one that counts: only what the index confirmed goes in.</summary>
internal static class LedgerCommit
{
    /// <summary>Commits; nothing to do when the plan leaves the ledger as it is, unless it is that of a new index.</summary>
    /// <param name="store">The ledgers of the index.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="refused">Ids whose writes the index refused.</param>
    /// <param name="held">
    /// Of these, what the index holds nevertheless, where the plan had been interrupted: it may have taken before what it refuses now. Null
    /// where it was not: then it holds what it did before.
    /// </param>
    public static void Run(LedgerStore store, PlanManifest plan, string folder, IReadOnlySet<string> refused, IReadOnlySet<string>? held = null)
    {
        if (!plan.ChangesLedger)
        {
            if (store.Current is null)
                CommitEmpty(store, plan.Run);
            return;
        }

        var prepared = Path.Combine(folder, PlanManifest.LedgerName);
        var missing = Path.Combine(folder, PlanManifest.MissingName);
        if (refused.Count == 0)
        {
            store.Commit(prepared, plan.Run, missing);
            return;
        }

        // The prepared ledger stays until the other counts: a crash in between must find it again.
        // Under a name of its own: a run that lost the catalog may still be writing another.
        var mended = prepared + "." + Path.GetRandomFileName();
        using (var present = store.Open())
        using (var next = OpenPrepared(store, prepared, plan))
        {
            WriteWithout(refused, held, present, next, mended);
            if (File.Exists(missing))
                KeepDue(refused, next.Seed, missing);
        }

        store.Commit(mended, plan.Run, missing);
    }

    /// <summary>An index without documents has a ledger like any other: what is put into it is noted by that.</summary>
    private static void CommitEmpty(LedgerStore store, long run)
    {
        var path = store.PathOf("empty.ledger");
        using (var empty = store.Open())
        using (var writer = new LedgerWriter(path, empty.Seed, 0, 0, null))
            writer.Finish();
        store.Commit(path, run);
    }

    /// <summary>What was due and refused is due again: its delay does not begin anew.</summary>
    private static void KeepDue(IReadOnlySet<string> refused, byte[] seed, string path)
    {
        var records = MissingRecords.Read(path, out _);
        var hash = MissingRecords.IdHash(seed);
        foreach (var id in refused.Select(id => hash.Of(Encoding.UTF8.GetBytes(id))))
        {
            if (records.Find(id) is null)
                records.Add(id, MissingSince.Ever);
        }

        records.Write(path);
    }

    /// <summary>A prepared delta names its base by file name, so it can be opened only beside it.</summary>
    private static Ledger OpenPrepared(LedgerStore store, string prepared, PlanManifest plan)
    {
        var beside = store.PathOf(LedgerStore.NameOf(plan.Run) + ".prepared." + Path.GetRandomFileName());
        File.Copy(prepared, beside);
        return Ledger.Open(beside);
    }

    /// <summary>
    /// Writes the next ledger as if the refused documents had not been in the feed: a new one is left out, so that it is tried
    /// again, and
    /// of a changed or removed one the present fingerprint stays, as the index still holds that document.
    /// </summary>
    private static void WriteWithout(IReadOnlySet<string> refused, IReadOnlySet<string>? held, Ledger present, Ledger next, string path)
    {
        var hashes = refused.Select(id => next.HashId(Encoding.UTF8.GetBytes(id))).ToHashSet();
        uint count = 0;
        long idBytes = 0;
        foreach (var (ledger, entry, _) in Confirmed(refused, held, hashes, present, next))
        {
            count++;
            idBytes += ledger.Id(entry).Length;
        }

        using var writer = new LedgerWriter(path, next.Seed, count, idBytes, null);
        foreach (var (ledger, entry, isKnown) in Confirmed(refused, held, hashes, present, next))
        {
            var id = ledger.Id(entry);
            var fingerprint = isKnown ? ledger.Fingerprint(entry) : UnknownFingerprint.Of(id, next.Seed);
            writer.Append(new LedgerRun(writer.Add(id, next.HashId(id), fingerprint), 1));
        }

        writer.Finish();
    }

    /// <summary>
    /// The entries of what the index holds, in feed order: of the next ledger, or where that was refused of the present one; and whether it is
    /// known which document that is.
    /// </summary>
    private static IEnumerable<(Ledger Ledger, uint Entry, bool IsKnown)> Confirmed(
        IReadOnlySet<string> refused, IReadOnlySet<string>? held, HashSet<uint> hashes, Ledger present, Ledger next)
    {
        // Both ledgers have one seed, unless the present one is empty; then nothing is found in it anyway.
        var former = Entries(present).Where(entry => hashes.Contains(present.IdHash(entry)))
            .Select(entry => (Id: IdOf(present, entry), Entry: entry))
            .Where(item => refused.Contains(item.Id))
            .ToDictionary(item => item.Id, item => item.Entry);
        foreach (var entry in Entries(next))
        {
            var id = hashes.Contains(next.IdHash(entry)) ? IdOf(next, entry) : null;
            if (id is null || !refused.Contains(id))
            {
                yield return (next, entry, true);
                continue;
            }

            var wasThere = former.Remove(id, out var old);
            if (held is null && wasThere)
                yield return (present, old, true);
            else if (held?.Contains(id) == true)
                yield return (next, entry, false);
        }

        foreach (var (id, entry) in former.OrderBy(item => item.Value))
        {
            if (held is null || held.Contains(id))
                yield return (present, entry, held is null);
        }
    }

    private static IEnumerable<uint> Entries(Ledger ledger)
    {
        foreach (var run in ledger.Order.ToArray())
        {
            for (var entry = run.First; entry < run.End; entry++)
                yield return entry;
        }
    }

    private static string IdOf(Ledger ledger, uint entry) => Encoding.UTF8.GetString(ledger.Id(entry));
}
