using System.Text.Json.Nodes;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Filters;

/// <summary>The file filter-vectors.json: resources, and filters with what matches or the fault. Every evaluator runs it.</summary>
public sealed class FilterVectors
{
    private FilterVectors(JsonNode file)
    {
        Catalog = SchemaCatalog.Load(Texts(file["schemas"]!), Texts(file["resourceTypes"]!));
        Resources =
        [
            .. file["resources"]!.AsArray().Select(r => new VectorResource(
                (string)r!["key"]!, Catalog.FindResourceType((string)r["type"]!)!, r["resource"]!.AsObject())),
        ];
        Filters =
        [
            .. file["filters"]!.AsArray().Select(f => new FilterVector(
                Catalog.FindResourceType((string)f!["type"]!)!,
                (string)f["filter"]!,
                ClientProfile.Find((string?)f["profile"] ?? "strict")!,
                f["match"]?.AsArray().Select(k => (string)k!).ToList(),
                (string?)f["scimType"])),
        ];
    }

    public static FilterVectors Shared { get; } =
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Filters", "filter-vectors.json")))!);

    public SchemaCatalog Catalog { get; }

    public IReadOnlyList<VectorResource> Resources { get; }

    public IReadOnlyList<FilterVector> Filters { get; }

    private static IEnumerable<string> Texts(JsonNode array) => array.AsArray().Select(n => n!.ToJsonString());
}

/// <summary>A resource in full representation, with the short name that the vectors call it by.</summary>
public sealed record VectorResource(string Key, ResourceType Type, JsonObject Resource);

/// <summary>A filter and either the keys that match, in the order of the file, or the scimType of the fault.</summary>
public sealed record FilterVector(ResourceType Type, string Filter, ClientProfile Profile, IReadOnlyList<string>? Match, string? ScimType);
