using System.IO.Compression;
using System.Text;
using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Feeds;

/// <summary>Writes feed files: each under a temporary name, flushed to the disk and renamed when it is complete.</summary>
internal static class FeedFileWriter
{
    private const int BlockPlaces = 4096;
    private const int BufferBytes = 1 << 20;

    /// <summary>Writes a sequence of products in a notation; blocks of it are made in parallel and written in order.</summary>
    public static void Write(string path, RecordSequence sequence, Notation notation) => Complete(path, file =>
    {
        file.Write(Encoding.UTF8.GetBytes(notation.Head));
        var blocks = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new ByteBuffer(4 << 20)).ToArray();
        for (long first = 0; first < sequence.Places; first += (long)BlockPlaces * blocks.Length)
        {
            Parallel.For(0, blocks.Length, i => Fill(blocks[i], sequence, notation, first + ((long)i * BlockPlaces)));
            foreach (var block in blocks)
                file.Write(block.Written);
        }

        file.Write(Encoding.UTF8.GetBytes(notation.Tail));
    });

    /// <summary>Compresses a file with gzip.</summary>
    public static void Compress(string path, string from) => Complete(path, file =>
    {
        using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
        using var source = File.OpenRead(from);
        source.CopyTo(gzip, BufferBytes);
    });

    /// <summary>What is still to be written to the disk would be written while the benchmarks run: so it is waited for.</summary>
    private static void Complete(string path, Action<FileStream> write)
    {
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static void Fill(ByteBuffer block, RecordSequence sequence, Notation notation, long first)
    {
        block.Clear();
        for (var place = first; place < Math.Min(first + BlockPlaces, sequence.Places); place++)
        {
            foreach (var product in sequence.At(place))
                notation.Write(product, place == sequence.Places - 1, block);
        }
    }
}
