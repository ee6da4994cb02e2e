using Reshelve.Feeds;

namespace Reshelve.Enriching;

/// <summary>What a picture's tags came to.</summary>
/// <param name="Tags">The tags; empty when there are none yet.</param>
/// <param name="Error">Why there are none yet; null when there are.</param>
internal readonly record struct TaggedPixels(IReadOnlyList<Tag> Tags, string? Error);

/// <summary>Has pictures tagged whose pixels this tagger, in this version, never saw.</summary>
internal sealed class PictureTagging(PictureServices services, ITagger tagger, Func<string, ImageReference, CancellationToken, Task<ReadOnlyMemory<byte>>> bytesOf, ImageCounts counts)
{
    private const int BatchesAtATime = 16;

    /// <summary>More failures than this are not remembered: what failed is then asked about once more in the same run.</summary>
    private const int MostFailed = 200_000;

    // What failed is not asked about again by the same run, whose next documents may have the same picture.
    private readonly Dictionary<string, string> _failed = new(StringComparer.Ordinal);

    /// <summary>The tags of pictures, by pixel hash.</summary>
    /// <param name="pictures">Decoded pictures, each with a reference by which its bytes may be had.</param>
    /// <param name="onlyKnown">Not to ask the tagger: what is missing is owed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyDictionary<string, TaggedPixels>> RunAsync(
        IReadOnlyCollection<(StoredPicture Picture, ImageReference Reference)> pictures, bool onlyKnown, CancellationToken cancellationToken)
    {
        var byPixels = pictures.GroupBy(one => one.Picture.Facts!.PixelHash, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var tags = new Dictionary<string, TaggedPixels>(StringComparer.Ordinal);
        using var turn = await services.TakeTaggerAsync(tagger, cancellationToken);
        foreach (var (pixels, stored) in await services.Store.FindTagsAsync(tagger.Name, tagger.Version, byPixels.Keys, cancellationToken))
            tags[pixels] = new TaggedPixels(stored.Tags, null);
        var missing = new List<(StoredPicture Picture, ImageReference Reference)>();
        foreach (var (pixels, one) in byPixels)
        {
            if (_failed.TryGetValue(pixels, out var error))
                tags.TryAdd(pixels, new TaggedPixels([], error));
            else if (onlyKnown)
                tags.TryAdd(pixels, new TaggedPixels([], "not tagged yet"));
            else if (!tags.ContainsKey(pixels))
                missing.Add(one);
        }

        foreach (var wave in missing.Chunk(tagger.BatchSize * BatchesAtATime))
            await AskAsync(wave, tags, cancellationToken);

        // What is owed shows what an earlier version said, where one did.
        var owed = tags.Where(one => one.Value.Error is not null).Select(one => one.Key).ToList();
        if (owed.Count == 0)
            return tags;
        foreach (var (pixels, former) in await services.Store.FindFormerTagsAsync(tagger.Name, owed, cancellationToken))
            tags[pixels] = tags[pixels] with { Tags = former.Tags };
        return tags;
    }

    private async Task AskAsync(
        IReadOnlyList<(StoredPicture Picture, ImageReference Reference)> wave, Dictionary<string, TaggedPixels> tags, CancellationToken cancellationToken)
    {
        var saving = new SemaphoreSlim(1, 1);
        await Task.WhenAll(wave.Chunk(tagger.BatchSize).Select(async batch =>
        {
            var answers = await AskOneAsync(batch, cancellationToken);
            // One after the other, and each as soon as it is there: an answer may have cost something.
            await saving.WaitAsync(CancellationToken.None);
            try
            {
                await SaveAsync(batch, answers, tags);
            }
            finally
            {
                saving.Release();
            }
        }));
    }

    private async Task SaveAsync((StoredPicture Picture, ImageReference Reference)[] batch, IReadOnlyList<TagResult> answers, Dictionary<string, TaggedPixels> tags)
    {
        var save = new List<StoredTags>(batch.Length);
        foreach (var ((picture, reference), result) in batch.Zip(answers))
        {
            var pixels = picture.Facts!.PixelHash;
            if (result.Error is { } error)
                counts.Untagged(reference, error, result.IsTransient);
            if (result.Tags is { } said || !result.IsTransient)
            {
                save.Add(new StoredTags(pixels, result.Tags ?? []));
                tags[pixels] = new TaggedPixels(result.Tags ?? [], null);
                continue;
            }

            tags[pixels] = new TaggedPixels([], result.Error ?? "it was not tagged");
            if (_failed.Count < MostFailed)
                _failed[pixels] = result.Error ?? "it was not tagged";
        }

        counts.Tagged(batch.Zip(answers).Count(one => one.Second.Tags is not null));
        await services.Store.SaveTagsAsync(tagger.Name, tagger.Version, save, CancellationToken.None);
    }

    private async Task<IReadOnlyList<TagResult>> AskOneAsync((StoredPicture Picture, ImageReference Reference)[] batch, CancellationToken cancellationToken)
    {
        try
        {
            return await tagger.TagAsync(
                [.. batch.Select(one => new TaggerPicture(one.Picture.Sha256, one.Picture.Facts!, stop => bytesOf(one.Picture.Sha256, one.Reference, stop)))], cancellationToken);
        }
        catch (Exception error) when (error is ReshelveException or IOException)
        {
            return [.. batch.Select(_ => new TagResult(null, error.Message, IsTransient: true))];
        }
    }
}
