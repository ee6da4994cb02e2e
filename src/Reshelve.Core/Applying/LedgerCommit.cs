using System.Text;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Applying;

/// <summary>Makes the ledger of an applied plan the one that counts: only what the index confirmed goes in.</summary>
internal static class LedgerCommit
{
    /// <summary>Commits; nothing to do when the plan leaves the ledger as it is and nothing was refused.</summary>
    public static void Run(LedgerStore store, PlanManifest plan, string folder, IReadOnlySet<string> refused)
    {
        if (!plan.ChangesLedger)
            return;
        var prepared = Path.Combine(folder, PlanManifest.LedgerName);
        if (refused.Count == 0)
        {
            store.Commit(prepared, plan.Run);
            return;
        }

        var mended = prepared + ".mended";
        using (var present = store.Open())
        using (var next = OpenPrepared(store, prepared, plan))
            WriteWithout(refused, present, next, mended);
        File.Delete(prepared);
        store.Commit(mended, plan.Run);
    }

    /// <summary>A prepared delta names its base by file name, so it can be opened only beside it.</summary>
    private static Ledger OpenPrepared(LedgerStore store, string prepared, PlanManifest plan)
    {
        var beside = store.PathOf(LedgerStore.NameOf(plan.Run) + ".prepared");
        File.Copy(prepared, beside, overwrite: true);
        return Ledger.Open(beside);
    }

    /// <summary>
    /// Writes the next ledger as if the refused documents had not been in the feed: a new one is left out, so that it is tried again, and
    /// of a changed or removed one the present fingerprint stays, as the index still holds that document.
    /// </summary>
    private static void WriteWithout(IReadOnlySet<string> refused, Ledger present, Ledger next, string path)
    {
        var kept = new List<(byte[] Id, Fingerprint Fingerprint)>();
        var former = FindEntries(present, refused);
        foreach (var run in next.Order)
        {
            for (var entry = run.First; entry < run.End; entry++)
            {
                var id = Encoding.UTF8.GetString(next.Id(entry));
                if (!refused.Contains(id))
                    kept.Add((next.Id(entry).ToArray(), next.Fingerprint(entry)));
                else if (former.Remove(id, out var old))
                    kept.Add((next.Id(entry).ToArray(), present.Fingerprint(old)));
            }
        }

        foreach (var (id, entry) in former)
            kept.Add((Encoding.UTF8.GetBytes(id), present.Fingerprint(entry)));
        var hash = LedgerFormat.IdHash(next.Seed);
        using var writer = new LedgerWriter(path, next.Seed, (uint)kept.Count, kept.Sum(entry => (long)entry.Id.Length), null);
        foreach (var (id, fingerprint) in kept)
            writer.Append(new LedgerRun(writer.Add(id, (uint)hash.Low64(id), fingerprint), 1));
        writer.Finish();
    }

    private static Dictionary<string, uint> FindEntries(Ledger ledger, IReadOnlySet<string> ids)
    {
        var found = new Dictionary<string, uint>();
        foreach (var run in ledger.Order)
        {
            for (var entry = run.First; entry < run.End; entry++)
            {
                if (Encoding.UTF8.GetString(ledger.Id(entry)) is var id && ids.Contains(id))
                    found[id] = entry;
            }
        }

        return found;
    }
}
