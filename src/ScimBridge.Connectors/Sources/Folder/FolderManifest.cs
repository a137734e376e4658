using System.Text.Json;

namespace ScimBridge.Connectors.Sources.Folder;

/// <summary>What the file beside a file promises of it.</summary>
internal sealed record FolderManifest(long? Rows, string? Sha256, FolderMode? Mode)
{
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    /// <summary>Reads it; an empty one promises nothing.</summary>
    public static FolderManifest Read(string path)
    {
        var text = File.ReadAllText(path);
        if (string.IsNullOrWhiteSpace(text))
            return new(null, null, null);
        try
        {
            return JsonSerializer.Deserialize<FolderManifest>(text, Reading) ?? new(null, null, null);
        }
        catch (JsonException e)
        {
            throw new FeedException($"{Path.GetFileName(path)} is no manifest: it is empty, or JSON with rows, sha256 and mode.", e);
        }
    }
}
