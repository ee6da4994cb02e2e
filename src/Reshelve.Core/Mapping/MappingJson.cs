using System.Text.Json.Serialization;

namespace Reshelve.Mapping;

/// <summary>Serialisers made at build time, so that start-up needs no reflection.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class MappingJson : JsonSerializerContext;
