using System.Text.Json;
using System.Text.Unicode;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

/// <summary>
/// What a feed's records hold: read in one pass, by the same readers as in a sync, so that both see the same records.
/// </summary>
internal sealed class FeedProfile
{
    /// <summary>More names than this are values used as names; counting them all would take memory without bound.</summary>
    private const int MostPlaces = 50_000;

    private const int NestingLooked = 4;

    /// <summary>A longer name is a value used as one, and no path that a person could read.</summary>
    private const int LongestName = 256;

    /// <summary>From so many records on only the best candidates for the id are watched: each remembers every value.</summary>
    private const int RecordsBeforeThinning = 10_000;

    private const int CandidatesKept = 4;

    private static readonly char[] JsonWhiteSpace = [' ', '\t', '\r', '\n'];

    private readonly List<IdCandidate> _candidates = [];
    private readonly List<IdCandidate> _watched = [];
    private readonly FieldPath? _wantedId;
    private byte[] _json = [];
    private int _places;

    private FeedProfile(FieldPath? wantedId) => _wantedId = wantedId;

    public FieldProfile Root { get; } = new("", null, 0);

    /// <summary>Records that could be read.</summary>
    public long Records { get; private set; }

    /// <summary>Records that could not be read, and why not the first of them.</summary>
    public long Unreadable { get; private set; }

    public string? FirstProblem { get; private set; }

    /// <summary>Whether the pass ended before the feed did.</summary>
    public bool Sampled { get; private set; }

    public IReadOnlyList<IdCandidate> Candidates => _candidates;

    /// <param name="reader">The feed.</param>
    /// <param name="wantedId">The place of the id, where that is known; it is watched even if it repeats or lacks.</param>
    /// <param name="budget">Bytes of records after which to stop.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static FeedProfile Read(IFeedReader reader, FieldPath? wantedId, long budget, CancellationToken cancellationToken)
    {
        var profile = new FeedProfile(wantedId);
        var converter = reader.CreateConverter();
        var chunk = new FeedChunk();
        long bytes = 0;
        while (reader.TryReadChunk(chunk, cancellationToken))
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                bytes += chunk.Records[i].Length;
                if (i == chunk.TooLarge)
                    profile.Fail("is larger than the limit of a record");
                else
                    profile.Take(converter, chunk, i);
            }

            if (bytes < budget)
                continue;
            profile.Sampled = true;
            break;
        }

        return profile;
    }

    private void Take(IRecordConverter converter, FeedChunk chunk, int index)
    {
        if (!converter.TryConvert(chunk[index], chunk.Context, out var json, out var problem))
            Fail(problem ?? "cannot be read");
        else if (!Utf8.IsValid(json))
            Fail("is not valid UTF-8");
        else
            Take(json);
    }

    private void Take(ReadOnlySpan<byte> json)
    {
        if (_json.Length < json.Length)
            _json = new byte[Math.Max(json.Length, _json.Length * 2)];
        json.CopyTo(_json);
        try
        {
            using var document = JsonDocument.Parse(
                _json.AsMemory(0, json.Length), new JsonDocumentOptions { MaxDepth = FeedLimits.Depth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                Fail($"is {Noun(document.RootElement.ValueKind)} where a record must be an object");
            else
                Take(document.RootElement);
        }
        catch (JsonException error)
        {
            Fail($"is not valid JSON: {error.Message.TrimEnd('.')}");
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, which no text can hold.
            Fail("contains an escape that stands for no character");
        }
    }

    private void Take(JsonElement record)
    {
        Records++;
        TakeObject(Root, record, 0);
        for (var i = _watched.Count - 1; i >= 0; i--)
        {
            _watched[i].EndRecord(Records);
            if (_watched[i].Failure is not null && _wantedId is null)
                Unwatch(i);
        }

        if (Records == RecordsBeforeThinning)
            Thin();
    }

    private void TakeObject(FieldProfile field, JsonElement value, int depth)
    {
        foreach (var member in value.EnumerateObject())
        {
            var child = field.Find(member.Name);
            if (child is null)
            {
                if (_places >= MostPlaces || member.Name.Length > LongestName)
                    continue;
                child = field.Add(member.Name, ++_places);
                Watch(child);
            }

            TakeValue(child, member.Value, depth);
        }
    }

    /// <summary>Only what the first record has can be in every record.</summary>
    private void Watch(FieldProfile field)
    {
        if (_wantedId is null ? Records > 1 : !_wantedId.Equals(field.Path))
            return;
        field.Candidate = new IdCandidate(field) { Missing = Records - 1 };
        _candidates.Add(field.Candidate);
        _watched.Add(field.Candidate);
    }

    private void Unwatch(int index)
    {
        _watched[index].Forget();
        _watched[index].Field.Candidate = null;
        _watched.RemoveAt(index);
    }

    private void TakeValue(FieldProfile field, JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                field.Present++;
                field.Objects++;
                field.Candidate?.TakeOther("an object", Records);
                if (depth + 1 < NestingLooked)
                    TakeObject(field, value, depth + 1);
                break;
            case JsonValueKind.Array:
                TakeArray(field, value);
                break;
            default:
                if (TakeScalar(field, value))
                    field.Present++;
                break;
        }
    }

    private void TakeArray(FieldProfile field, JsonElement array)
    {
        field.Arrays++;
        field.Candidate?.TakeOther("a list", Records);
        var any = false;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Array)
                field.ArraysInArrays++;
            else if (item.ValueKind == JsonValueKind.Object)
                field.ObjectsInArrays++;
            else if (!TakeScalar(field, item, inArray: true))
                continue;
            any = true;
        }

        field.Present += any ? 1 : 0;
    }

    /// <summary>Takes a single value; false when it is none: null or empty.</summary>
    private bool TakeScalar(FieldProfile field, JsonElement value, bool inArray = false)
    {
        var candidate = inArray ? null : field.Candidate;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return TakeText(field, candidate, value.GetString()!);
            case JsonValueKind.Number when value.TryGetInt64(out _):
                field.TakeInteger(value.GetRawText());
                candidate?.Take(value.GetRawText(), Records);
                return true;
            case JsonValueKind.Number:
                field.TakeDecimal(value.GetRawText(), double.IsFinite(value.GetDouble()));
                candidate?.TakeOther("a fraction", Records);
                return true;
            case JsonValueKind.True or JsonValueKind.False:
                field.TakeBoolean(value.GetBoolean());
                candidate?.TakeOther("true or false", Records);
                return true;
            default:
                return false;
        }
    }

    /// <summary>White space around a text counts for the id alone; a text of nothing else is no value.</summary>
    private bool TakeText(FieldProfile field, IdCandidate? candidate, string text)
    {
        if (text.Length > 0)
            candidate?.Take(text, Records);
        var trimmed = text.Trim(JsonWhiteSpace);
        if (trimmed.Length == 0)
            return false;
        field.TakeString(trimmed);
        return true;
    }

    private void Thin()
    {
        if (_wantedId is not null)
            return;
        _watched.Sort((a, b) => Rank(a).CompareTo(Rank(b)));
        while (_watched.Count > CandidatesKept)
        {
            _candidates.Remove(_watched[^1]);
            Unwatch(_watched.Count - 1);
        }

        static (int, int) Rank(IdCandidate candidate) => (FieldNames.IdRank(candidate.Field.Name), candidate.Field.Order);
    }

    private void Fail(string problem)
    {
        Unreadable++;
        FirstProblem ??= problem;
    }

    private static string Noun(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        _ => "a single value",
    };
}
