using System.Buffers;
using Reshelve.Benchmarks.Feeds;

if (args is ["generate", var kind, var count, var path])
{
    using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
    var buffer = new ArrayBufferWriter<byte>(1 << 16);
    var n = long.Parse(count);
    for (long i = 0; i < n; i++)
    {
        var h = (ulong)i * 0x9E3779B97F4A7C15 >> 40;
        if (kind == "delta" && h % 200 == 0)
            continue;
        var version = kind == "delta" && h % 100 == 1 ? 1 : 0;
        ProductGenerator.WriteJson(ProductGenerator.Make(i, version), buffer);
        buffer.Write("\n"u8);
        if (kind == "delta" && h % 200 == 3)
        {
            ProductGenerator.WriteJson(ProductGenerator.Make(i + 1_000_000_000, 0), buffer);
            buffer.Write("\n"u8);
        }
        if (buffer.WrittenCount > 1 << 15)
        {
            file.Write(buffer.WrittenSpan);
            buffer.Clear();
        }
    }
    file.Write(buffer.WrittenSpan);
}
