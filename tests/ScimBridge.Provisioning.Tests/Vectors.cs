using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ScimBridge.Provisioning.Tests;

/// <summary>The tables of cases that stand as JSON beside the tests.</summary>
internal static class Vectors
{
    // A misspelt column would make a case say nothing: it is a fault.
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static IReadOnlyList<T> Read<T>(string folder, string file) =>
        JsonSerializer.Deserialize<List<T>>(Text(folder, file), Strict) ?? [];

    public static JsonObject ReadObject(string folder, string file) => JsonNode.Parse(Text(folder, file))!.AsObject();

    private static string Text(string folder, string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, folder, file));
}
