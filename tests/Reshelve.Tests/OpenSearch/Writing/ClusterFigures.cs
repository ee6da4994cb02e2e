using System.Text.Json;
using Reshelve.Tests.OpenSearch.Connection;

namespace Reshelve.Tests.OpenSearch.Writing;

/// <summary>What a cluster says of its searches and write queues.</summary>
internal sealed class ClusterFigures
{
    private readonly Lock _lock = new();
    private long _searches;
    private long _milliseconds;
    private int _looks;

    public int MillisecondsPerSearch { get; set; } = 10;

    public int Queue { get; set; }

    public long Rejected { get; set; }

    public int Status { get; set; } = 200;

    /// <summary>Whether nothing has the name that is watched.</summary>
    public bool IsMissing { get; set; }

    /// <summary>How often both figures were asked for.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>A second's searches.</summary>
    public void Pass()
    {
        lock (_lock)
        {
            _searches += 10;
            _milliseconds += 10 * MillisecondsPerSearch;
        }
    }

    public Reply Answer(ReceivedRequest request)
    {
        if (Status != 200)
            return Reply.Of(Status, """{"error":{"type":"security_exception","reason":"this action is granted by the index privileges [monitor,manage,all]"},"status":403}""");
        if (request.Path.Contains("/_nodes/stats/thread_pool", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _looks);
            return Json(new { nodes = new { n1 = new { thread_pool = new { write = new { threads = 2, queue = Queue, active = 0, rejected = Rejected } } } } });
        }

        request.Path.ShouldBe("/shop/_stats/search?filter_path=_all.total.search");
        if (IsMissing)
            return Reply.Of(404, """{"error":{"type":"index_not_found_exception","reason":"no such index [shop]"},"status":404}""");
        lock (_lock)
            return Json(new { _all = new { total = new { search = new { query_total = _searches, query_time_in_millis = _milliseconds, fetch_time_in_millis = 0 } } } });
    }

    private static Reply Json(object value) => Reply.Ok(JsonSerializer.Serialize(value));
}
