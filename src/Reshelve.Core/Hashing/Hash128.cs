namespace Reshelve.Hashing;

/// <summary>A 128-bit hash value. Sixteen bytes, little-endian, low half first, wherever it is stored.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential)]
public readonly record struct Hash128(ulong Low, ulong High)
{
    /// <summary>32 hexadecimal digits, high half first.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> hex, out Hash128 hash)
    {
        hash = default;
        if (hex.Length != 32 || !TryParse64(hex[..16], out var high) || !TryParse64(hex[16..], out var low))
            return false;
        hash = new Hash128(low, high);
        return true;
    }

    /// <summary>Reads 16 hexadecimal digits.</summary>
    public static bool TryParse64(ReadOnlySpan<byte> hex, out ulong value) =>
        ulong.TryParse(hex, System.Globalization.NumberStyles.AllowHexSpecifier, null, out value) && hex.Length == 16;
}
