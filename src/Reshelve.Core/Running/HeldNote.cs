using System.Text.Json;
using Reshelve.Files;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>
/// Which plan waits for approval: <c>held.json</c> in the catalog's folder. A plan counts as waiting only while this names its run, so that
/// replacing a held plan, or letting go of it, is one rename.
/// </summary>
/// <param name="Run">The run that made the plan.</param>
/// <param name="Part">What of it waits: all of it, or only its removals as the rest was applied.</param>
/// <param name="Since">Since when plans of that feed are held.</param>
internal sealed record HeldNote(long Run, HeldPart Part, DateTimeOffset Since)
{
    private const string FileName = "held.json";

    /// <summary>Reads the note; null where nothing waits, or where it is damaged: the next run then finds out again.</summary>
    public static HeldNote? Read(string catalogFolder)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(catalogFolder, FileName)));
            var json = document.RootElement;
            var part = json.GetProperty("part").GetString() == "plan" ? HeldPart.Plan : HeldPart.Removals;
            return new HeldNote(json.GetProperty("run").GetInt64(), part, json.GetProperty("since").GetDateTimeOffset());
        }
        catch (Exception error) when (
            error is FileNotFoundException or DirectoryNotFoundException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes it, durably.</summary>
    public void Write(string catalogFolder)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("run", Run);
            json.WriteString("part", Part == HeldPart.Plan ? "plan" : "removals");
            json.WriteString("since", Since);
            json.WriteEndObject();
        }

        DurableFile.Write(Path.Combine(catalogFolder, FileName), buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Notes that nothing waits.</summary>
    public static void Delete(string catalogFolder)
    {
        var path = Path.Combine(catalogFolder, FileName);
        if (!File.Exists(path))
            return;
        File.Delete(path);
        DurableFile.FlushFolder(catalogFolder);
    }
}
