using System.Text.Json;

namespace Reshelve.Mapping;

/// <summary>One value found in a record, as a place in the record's bytes.</summary>
/// <param name="Target">What wants it, or -1 when a later member of the same name replaced it.</param>
/// <param name="Start">Where its token begins; strings include their quotes.</param>
/// <param name="Length">Bytes of the token, or of the whole object or array.</param>
/// <param name="Type">The token's type; an object or array is wanted whole.</param>
/// <param name="Escaped">Whether a string holds escapes.</param>
/// <param name="InList">Whether it stands in an array.</param>
internal readonly record struct RecordValue(int Target, int Start, int Length, JsonTokenType Type, bool Escaped, bool InList);
