using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Reshelve.Events;
using Reshelve.Hashing;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Mapping;

namespace Reshelve.Drift;

/// <summary>
/// Writes a ledger from the documents of its index. The raw hashes of their records cannot be known, so the next feed is parsed
/// as a
/// whole, and what is the same is found to be the same.
/// </summary>
internal sealed class LedgerRestoration(IIndexEngine engine, string index, LedgerStore store, Func<string, bool> isVolatile)
{
    private const string RestoredName = "restored.ledger";
    private const string EntriesName = "restored.entries";

    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(KeyedHash.SeedBytes);

    /// <summary>Reads the index and makes the ledger the one that counts.</summary>
    /// <param name="run">The run that does it.</param>
    /// <param name="unsettled">Ids whose last write may still be under way.</param>
    /// <param name="newest">Told the highest number that a document was written under, before the ledger counts.</param>
    /// <param name="cancellationToken">Honoured between documents.</param>
    /// <returns>How many documents the ledger has.</returns>
    public async Task<long> RunAsync(long run, IReadOnlySet<string> unsettled, Action<long> newest, CancellationToken cancellationToken)
    {
        store.CreateFolder();
        var spool = store.PathOf(EntriesName);
        var numbers = new WrittenNumbers(engine, index);
        var (count, idBytes) = await SpoolAsync(spool, unsettled, numbers, cancellationToken);
        newest(await numbers.NewestAsync(cancellationToken));
        var path = store.PathOf(RestoredName);
        var idHash = LedgerFormat.IdHash(_seed);
        using (var writer = new LedgerWriter(path, _seed, count, idBytes, null))
        using (var entries = new BinaryReader(new BufferedStream(File.OpenRead(spool), 1 << 16)))
        {
            for (uint i = 0; i < count; i++)
            {
                var fingerprint = Fingerprint.ReadFrom(entries.ReadBytes(Fingerprint.Size));
                var id = entries.ReadBytes(entries.ReadUInt16());
                writer.Append(new LedgerRun(writer.Add(id, (uint)idHash.Low64(id), fingerprint), 1));
            }

            writer.Finish();
        }

        store.Commit(path, run);
        File.Delete(spool);
        return count;
    }

    /// <summary>A ledger's size must be known before it is written, and the index may change while it is read a second time.</summary>
    private async Task<(uint Count, long IdBytes)> SpoolAsync(
        string path, IReadOnlySet<string> unsettled, WrittenNumbers numbers, CancellationToken cancellationToken)
    {
        var hash = KeyedHash.Derive(_seed, "document");
        var missing = unsettled.ToHashSet(StringComparer.Ordinal);
        uint count = 0;
        long idBytes = 0;
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        await foreach (var (id, document) in engine.ReadAllAsync(index, cancellationToken))
        {
            missing.Remove(id);
            await numbers.AddAsync(id, cancellationToken);
            Write(id, unsettled.Contains(id) ? null : DocumentHashes.Of(document.Span, hash)?.Under(isVolatile));
        }

        foreach (var id in missing)
            Write(id, null);
        return (count, idBytes);

        void Write(string id, (Hash128 Stable, ulong Volatile)? hashes)
        {
            var bytes = Encoding.UTF8.GetBytes(id);
            var fingerprint = hashes is { } known
                ? new Fingerprint(UnknownFingerprint.RawOf(bytes, _seed), known.Stable, known.Volatile)
                : UnknownFingerprint.Of(bytes, _seed);
            Span<byte> frame = stackalloc byte[Fingerprint.Size + 2];
            fingerprint.WriteTo(frame);
            BinaryPrimitives.WriteUInt16LittleEndian(frame[Fingerprint.Size..], (ushort)bytes.Length);
            file.Write(frame);
            file.Write(bytes);
            count++;
            idBytes += bytes.Length;
        }
    }
}
