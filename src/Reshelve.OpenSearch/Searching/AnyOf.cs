using System.Text.Json;

namespace Reshelve.OpenSearch.Searching;

/// <summary>Writes queries of which one must be met.</summary>
internal static class AnyOf
{
    /// <summary>Writes one query: <c>match_none</c> for no alternatives, the only one itself, or a <c>bool</c> of all.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="alternatives">What each stands for.</param>
    /// <param name="writeMember">Writes the one member of an alternative's object.</param>
    public static void Write<T>(Utf8JsonWriter json, IReadOnlyList<T> alternatives, Action<T> writeMember)
    {
        json.WriteStartObject();
        switch (alternatives)
        {
            case []:
                json.WriteStartObject("match_none");
                json.WriteEndObject();
                break;
            case [var only]:
                writeMember(only);
                break;
            default:
                json.WriteStartObject("bool");
                json.WriteStartArray("should");
                foreach (var alternative in alternatives)
                {
                    json.WriteStartObject();
                    writeMember(alternative);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }
}
