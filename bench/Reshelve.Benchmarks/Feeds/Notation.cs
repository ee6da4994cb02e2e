using System.Text;
using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Feeds;

/// <summary>How a feed is written. Thread-safe: it holds nothing of a record.</summary>
internal abstract class Notation
{
    /// <summary>What comes before the first record.</summary>
    public virtual string Head => "";

    /// <summary>What comes after the last record.</summary>
    public virtual string Tail => "";

    /// <summary>Writes one record and what ends it.</summary>
    public abstract void Write(Product product, bool last, ByteBuffer output);

    protected static void Append(ByteBuffer output, string text)
    {
        var room = output.Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Commit(Encoding.UTF8.GetBytes(text, room));
    }

    /// <summary>An amount of hundredths or thousandths, without zeros at its end.</summary>
    protected static string Decimal(int amount, int unit) => (amount / (decimal)unit).ToString();
}
