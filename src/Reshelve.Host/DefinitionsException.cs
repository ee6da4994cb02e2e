using Reshelve.Catalogs;

namespace Reshelve.Host;

/// <summary>Definitions that are needed have errors.</summary>
internal sealed class DefinitionsException(IReadOnlyList<DefinitionError> errors) : Exception("The definitions have errors.")
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<DefinitionError> Errors { get; } = errors;
}
