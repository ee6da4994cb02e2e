using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>A plan and where it lies.</summary>
/// <param name="Plan">Its manifest.</param>
/// <param name="Folder">Its folder.</param>
internal sealed record MadePlan(PlanManifest Plan, string Folder);
