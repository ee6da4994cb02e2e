using System.Security.Cryptography;
using System.Text;
using Reshelve.Enriching;

namespace Reshelve.Contracts.Images;

/// <summary>References and pictures for tests.</summary>
internal static class Pictures
{
    public static readonly DateTimeOffset Noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    // Texts that have confused someone's keys, quotes, paths or encodings before.
    public static readonly string[] HostileTexts =
    [
        "", " ", "a", "A", "ä", "a\u0308", "日本語/絵.png", "😀", "\ud83d", "\ude00", "\ufffd", "a\0b", "a", "'; DROP TABLE refs; --", "%00", "../../etc/passwd",
        "http://x/?a=1&b=2#c", "line\nbreak\r\n", "\uE000", "\uFFFF", new string('x', 100_000), "\ud83dx", "\u202Egnp.exe",
    ];

    public static string Hash(string of) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)));

    public static ImageReference Reference(string location, string? version = null) => new(location, version);

    public static ReferenceState State(string location, string? picture = null, string? error = null) => new()
    {
        Reference = Reference(location),
        Sha256 = picture is null ? null : Hash(picture),
        Checked = Noon,
        Due = Noon.AddDays(1),
        Error = error,
    };

    public static StoredPicture Picture(string name, ulong perceptual) => new()
    {
        Sha256 = Hash(name),
        Bytes = name.Length,
        Facts = new PictureFacts
        {
            Format = "png",
            Width = 10,
            Height = 20,
            PixelHash = Hash("pixels of " + name),
            Features = new VisualFeatures { PerceptualHash = perceptual },
        },
    };
}
