namespace Reshelve.OpenSearch.Writing;

/// <summary>What writing came to so far.</summary>
/// <param name="Requests">Bulk requests sent, repetitions included.</param>
/// <param name="Documents">Changes that were acknowledged.</param>
/// <param name="Bytes">Bytes of bulk requests before compression, repetitions included.</param>
/// <param name="Retries">Changes sent again.</param>
/// <param name="Rejections">Requests that the cluster refused, whole or in part, because it had too much to do.</param>
/// <param name="Splits">Requests that were halved.</param>
/// <param name="Outrun">Changes without effect, as the document has been written under a higher number.</param>
/// <param name="Slowed">For how long requests were held back for the sake of searches.</param>
internal sealed record WriteFigures(long Requests, long Documents, long Bytes, long Retries, long Rejections, long Splits, long Outrun, TimeSpan Slowed);
