using System.Text.Json.Serialization;
using Reshelve.Running;

namespace Reshelve.Embedded.Running;

// Generated at build time: reflection at start would cost a short command more than its work.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(LeaseOwner))]
internal sealed partial class RunJson : JsonSerializerContext;
