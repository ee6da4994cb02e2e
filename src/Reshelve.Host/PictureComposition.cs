using Reshelve.Embedded.Images;
using Reshelve.Enriching;
using Reshelve.Enriching.Visual;
using Reshelve.Images.Decoding;
using Reshelve.Images.Fetching;
using Reshelve.Images.Tagging;

namespace Reshelve.Host;

/// <summary>What pictures are had and remembered with: the one place that knows which implementations the program uses.</summary>
internal static class PictureComposition
{
    /// <summary>The parts; none is opened or started before it is needed.</summary>
    /// <param name="folder">Where pictures and what is known of them are kept.</param>
    /// <param name="time">The clock.</param>
    public static PictureServices Create(string folder, TimeProvider time) => new(
        () => new SqlitePictureStore(Path.Combine(folder, "pictures.db"), time),
        () => new ImageFetcher(time),
        () => new VipsPictureDecoder(time),
        new PictureFiles(folder, time),
        settings => Taggers.Create(settings, time, Environment.GetEnvironmentVariable, _ => new VisualTagger()),
        path => new SqliteImageLedger(path));
}
