using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Resources;

/// <summary>The catalogue with the resource types of custom-types.json, which have every type and characteristic.</summary>
internal static class CustomTypes
{
    public static SchemaCatalog Catalog { get; } = Load();

    public static JsonNode Json(string folder, string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, folder, file)))!;

    private static SchemaCatalog Load()
    {
        var file = Json("Resources", "custom-types.json");
        return SchemaCatalog.Load(
            file["schemas"]!.AsArray().Select(s => s!.ToJsonString()), file["resourceTypes"]!.AsArray().Select(t => t!.ToJsonString()));
    }
}
