using System.Numerics;

namespace Reshelve.Enriching.Visual;

/// <summary>
/// A hash that changes little when a picture is resized, recompressed or touched up: the lowest frequencies of its lightness at 32 × 32 pixels (the
/// DCT hash of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010), each one bit against their median.
/// </summary>
internal static class PerceptualHash
{
    private const int Size = 32;
    private const int Kept = 8;

    private static readonly float[] Cosines = MakeCosines();

    /// <summary>The hash.</summary>
    /// <param name="lightness">CIE L* row by row.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    public static ulong Of(ReadOnlySpan<float> lightness, int width, int height)
    {
        Span<float> small = stackalloc float[Size * Size];
        Shrink(lightness, width, height, small);
        Span<float> frequencies = stackalloc float[Kept * Kept];
        Transform(small, frequencies);
        // The first is the mean, which always stands above the median: its bit says light or dark instead.
        Span<float> sorted = stackalloc float[Kept * Kept - 1];
        frequencies[1..].CopyTo(sorted);
        sorted.Sort();
        var median = sorted[sorted.Length / 2];
        ulong hash = frequencies[0] > 50 * Size ? 1u : 0;
        for (var bit = 1; bit < frequencies.Length; bit++)
            hash |= frequencies[bit] > median ? 1UL << bit : 0;
        return hash;
    }

    /// <summary>In how many bits two hashes differ.</summary>
    public static int Distance(ulong one, ulong other) => BitOperations.PopCount(one ^ other);

    // Means over areas, with pixels that belong to two areas shared between them: so the same picture in two sizes comes to the same.
    private static void Shrink(ReadOnlySpan<float> lightness, int width, int height, Span<float> small)
    {
        small.Clear();
        Span<float> cells = stackalloc float[Size];
        for (var y = 0; y < height; y++)
        {
            cells.Clear();
            Spread(lightness.Slice(y * width, width), cells);
            for (var row = (int)((long)y * Size / height); row < Size && (long)row * height < (long)(y + 1) * Size; row++)
            {
                var share = Overlap(y, row, height);
                for (var x = 0; x < Size; x++)
                    small[row * Size + x] += share * cells[x];
            }
        }
    }

    private static void Spread(ReadOnlySpan<float> values, Span<float> cells)
    {
        for (var x = 0; x < values.Length; x++)
        {
            for (var cell = (int)((long)x * Size / values.Length); cell < Size && (long)cell * values.Length < (long)(x + 1) * Size; cell++)
                cells[cell] += Overlap(x, cell, values.Length) * values[x];
        }
    }

    // The share of a cell, of so many in all, that a pixel of so many covers.
    private static float Overlap(int pixel, int cell, int length)
    {
        var from = Math.Max((double)pixel * Size / length, cell);
        var to = Math.Min((double)(pixel + 1) * Size / length, cell + 1);
        return (float)Math.Max(0, to - from);
    }

    private static void Transform(ReadOnlySpan<float> small, Span<float> frequencies)
    {
        Span<float> rows = stackalloc float[Size * Kept];
        for (var y = 0; y < Size; y++)
        {
            for (var u = 0; u < Kept; u++)
                rows[y * Kept + u] = Sum(small.Slice(y * Size, Size), 1, u);
        }

        for (var u = 0; u < Kept; u++)
        {
            for (var v = 0; v < Kept; v++)
            {
                // What is left of a flat picture is rounding, and must not make bits.
                var value = Sum(rows[u..], Kept, v);
                frequencies[v * Kept + u] = MathF.Abs(value) < 0.01f ? 0 : value;
            }
        }
    }

    private static float Sum(ReadOnlySpan<float> values, int step, int frequency)
    {
        var sum = 0f;
        for (var index = 0; index < Size; index++)
            sum += values[index * step] * Cosines[frequency * Size + index];
        return sum;
    }

    private static float[] MakeCosines()
    {
        var cosines = new float[Kept * Size];
        for (var frequency = 0; frequency < Kept; frequency++)
        {
            var scale = Math.Sqrt((frequency == 0 ? 1.0 : 2.0) / Size);
            for (var index = 0; index < Size; index++)
                cosines[frequency * Size + index] = (float)(scale * Math.Cos((2 * index + 1) * frequency * Math.PI / (2 * Size)));
        }

        return cosines;
    }
}
