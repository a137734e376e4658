using System.Text.Json;

namespace ScimBridge.Scim.Schemas;

/// <summary>The schemas and resource types that come with the product, as the JSON documents of RFC 7643 8.7.</summary>
internal static class EmbeddedDocuments
{
    private static readonly string[] SchemaNames =
        ["user", "group", "enterprise-user", "hr-user", "service-provider-config", "resource-type", "schema"];

    private static readonly string[] ResourceTypeNames = ["user-resource-type", "group-resource-type"];

    public static IEnumerable<string> Schemas(bool serviceAccounts, bool agents) =>
        SchemaNames.Concat(serviceAccounts ? ["service-account"] : []).Concat(agents ? ["agent"] : []).Select(Text);

    public static IEnumerable<string> ResourceTypes(bool serviceAccounts, bool agents) =>
        ResourceTypeNames.Concat(serviceAccounts ? ["service-account-resource-type"] : []).Concat(agents ? ["agent-resource-type"] : []).Select(Text);

    public static IReadOnlyList<AttributeDefinition> CommonAttributes()
    {
        using var document = JsonDocument.Parse(Text("common-attributes"));
        var faults = new List<string>();
        var attributes = AttributeReader.ReadAll(document.RootElement.GetProperty("attributes"), "common-attributes", nesting: 1, faults);
        return faults.Count == 0 ? attributes : throw new SchemaCatalogException(faults);
    }

    private static string Text(string name)
    {
        using var stream = typeof(EmbeddedDocuments).Assembly.GetManifestResourceStream(name + ".json")
            ?? throw new InvalidOperationException($"The embedded document {name}.json is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
