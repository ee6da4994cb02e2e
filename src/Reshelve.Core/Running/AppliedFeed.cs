namespace Reshelve.Running;

/// <summary>The feed that the index holds.</summary>
/// <param name="Index">The backing index.</param>
/// <param name="Identity">The feed's identity.</param>
/// <param name="Definition">The definition it was read with, as one text.</param>
/// <param name="Records">Its records.</param>
/// <param name="Bytes">Its bytes, as stored.</param>
/// <param name="Duplicates">Records in it whose id came again later.</param>
/// <param name="IsPartial">Whether something of it was rejected or held: then the same feed is compared again.</param>
/// <param name="Run">The run that received it: what was put by hand after it began is newer.</param>
internal sealed record AppliedFeed(
    string Index, string Identity, string Definition, long Records, long Bytes, long Duplicates, bool IsPartial = false, long Run = 0);
