namespace Reshelve.Embedded.Images;

/// <summary>How a memory of images lies in its database file.</summary>
/// <param name="Name">What it is, for people: <c>the picture cache</c>.</param>
/// <param name="ApplicationId">Says of a database file that it is one of these (https://sqlite.org/pragma.html#pragma_application_id).</param>
/// <param name="Format">The version of the layout; a file of another is refused.</param>
/// <param name="CreateSql">Makes its tables.</param>
/// <param name="WayOut">What becomes of its content when the file is deleted.</param>
internal sealed record MemoryLayout(string Name, int ApplicationId, long Format, string CreateSql, string WayOut);
