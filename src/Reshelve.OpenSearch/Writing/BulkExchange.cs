using System.Collections.Concurrent;
using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

/// <summary>Sends requests of one batch, and says what follows from each answer. Thread-safe.</summary>
internal sealed class BulkExchange(BulkChannel channel, string target, BatchWork work)
{
    private const int LargeBody = 1 << 20;

    // Something on the way may take no more than a few kilobytes, and close the connection without a word.
    private const int BreaksToHalve = 3;
    private const int MaxAnswer = 256 << 20;

    private readonly ConcurrentDictionary<int, int> _breaks = new();
    private readonly BatchPatience _patience = new(channel.Client.Settings.Patience, target, channel.Time);
    private readonly string _path = $"/{Uri.EscapeDataString(target)}/_bulk?require_alias=true&filter_path=errors,items.*.status,items.*.error";

    /// <summary>Sends one request. What has to be sent again is given back to the work.</summary>
    /// <returns>How long it took.</returns>
    /// <exception cref="ReshelveException">Nothing can be written, or patience ran out.</exception>
    public async Task<TimeSpan> SendAsync(BulkPiece piece, ReadOnlyMemory<byte> body, long ticket, CancellationToken cancellationToken)
    {
        var begun = channel.Time.GetTimestamp();
        channel.Counters.Sent(body.Length);
        channel.Governor.Begin();
        var request = new ClusterRequest(HttpMethod.Post, _path) { Body = body, ContentType = ClusterRequest.Lines, MaxAnswer = MaxAnswer };
        try
        {
            var answer = await channel.Client.SendAsync(request, cancellationToken);
            var took = channel.Time.GetElapsedTime(begun);
            Judge(piece, body.Length, answer, new Sent(ticket, begun, took));
            return took;
        }
        catch (ClusterUnreachableException error)
        {
            if (error.BrokeOff && piece.Count > 1 && (body.Length > LargeBody || _breaks.AddOrUpdate(piece.Places[0], 1, (_, times) => times + 1) % BreaksToHalve == 0))
                Halve(piece, body.Length);
            else
                Repeat(piece.Places);
            channel.Pace.Rejected(ticket, Bounded(error.RetryAfter));
            _patience.Spend(begun, error.Message);
            return channel.Time.GetElapsedTime(begun);
        }
        finally
        {
            channel.Governor.End();
        }
    }

    private void Judge(BulkPiece piece, int bytes, ServerAnswer answer, Sent sent)
    {
        if (answer.IsSuccess)
        {
            JudgeItems(piece, bytes, answer, sent);
            return;
        }

        if (answer.IsOverloaded)
        {
            Repeat(piece.Places);
            Reject(sent, answer.RetryAfter);
            _patience.Spend(sent.Begun, $"{answer.Node} answers {answer.Status}: {ServerError.Read(answer.Body).Reason}");
            return;
        }

        if (answer.Status is not (400 or 413))
            throw Refusal.Of($"write to {target}", answer);
        if (piece.Count == 1)
            RefuseAlone(piece.Places[0], answer);
        else if (answer.Status == 413)
            Halve(piece, bytes);
        else
            Repeat(piece.Places, halved: true);
    }

    private void JudgeItems(BulkPiece piece, int bytes, ServerAnswer answer, Sent sent)
    {
        var failures = new List<BulkFailure>();
        var items = BulkAnswer.Read(answer.Body.Span, failures);
        if (items != piece.Items)
        {
            throw new ReshelveException(
                $"{answer.Node} answers a bulk request of {piece.Items} items to {target} with {(items < 0 ? "something else" : $"{items} items")}, so that nobody can tell which were written. "
                + "Something between Reshelve and the cluster alters its answers: check 'urls'.");
        }

        var outcome = new ItemOutcomes();
        foreach (var failure in failures)
            Judge(failure, piece, outcome);
        var settled = piece.Count - outcome.Again.Count;
        if (settled > 0)
        {
            channel.Counters.Acknowledged(settled - outcome.Refused);
            _patience.Restore(isAcknowledged: settled > outcome.Refused);
        }

        if (outcome.Again.Count == 0)
        {
            channel.Pace.Succeeded(sent.Ticket, bytes, sent.Took);
            return;
        }

        Repeat(outcome.Again);
        if (outcome.IsRejected)
            Reject(sent, answer.RetryAfter);
        else
            channel.Pace.Rejected(sent.Ticket, null);
        _patience.Spend(sent.Begun, outcome.Last);
    }

    private void Judge(BulkFailure failure, BulkPiece piece, ItemOutcomes outcome)
    {
        var verdict = ItemVerdict.Of(failure, target);
        if (verdict.Fate == ItemFate.Acknowledged || failure.Position >= piece.Count)
            return;
        if (verdict.Fate == ItemFate.Outrun)
        {
            channel.Counters.Outrun();
            return;
        }

        var place = piece.Places[failure.Position];
        if (verdict.Fate == ItemFate.Refused || (failure.Status == 500 && _patience.IsLost(place)))
        {
            work.Refuse(place, verdict.Message);
            outcome.Refused++;
            return;
        }

        outcome.Again.Add(place);
        outcome.Last = verdict.Message;
        outcome.IsRejected |= verdict.Fate == ItemFate.Rejected;
    }

    private void RefuseAlone(int place, ServerAnswer answer)
    {
        var error = ServerError.Read(answer.Body);
        var why = answer.Status == 413 ? $"the document is larger than the cluster takes (413): {error.Reason}" : ItemVerdict.Refused(error);
        _patience.RefusedAlone(answer);
        work.Refuse(place, why);
    }

    private void Halve(BulkPiece piece, int bytes)
    {
        channel.Pace.WasTooLarge(bytes);
        Repeat(piece.Places, halved: true);
    }

    private void Repeat(IReadOnlyList<int> places, bool halved = false)
    {
        channel.Counters.Retried(places.Count);
        if (!halved)
        {
            work.Again(places);
            return;
        }

        channel.Counters.Split();
        work.AgainInHalves(places);
    }

    private void Reject(Sent sent, TimeSpan? asked)
    {
        channel.Counters.Rejected();
        channel.Pace.Rejected(sent.Ticket, Bounded(asked));
    }

    private TimeSpan? Bounded(TimeSpan? asked) => asked > channel.Client.Settings.Patience ? channel.Client.Settings.Patience : asked;

    /// <summary>A request that was sent.</summary>
    private readonly record struct Sent(long Ticket, long Begun, TimeSpan Took);

    /// <summary>What the items of one answer came to.</summary>
    private sealed class ItemOutcomes
    {
        public List<int> Again { get; } = [];

        public int Refused { get; set; }

        public bool IsRejected { get; set; }

        public string Last { get; set; } = "";
    }
}
