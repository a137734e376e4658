using System.Text.Json.Nodes;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>The filter language of SCIM over differences: they are described as any resource is, so that one parser reads all filters.</summary>
internal static class DifferenceFilter
{
    private static readonly string[] Texts = ["kind", "standing", "about", "resource", "account", "group", "because"];

    private static readonly Lazy<ResourceType> Difference = new(() => SchemaCatalog.Load([Schema()], [Type()]).FindResourceType("Difference")!);

    /// <summary>The filter of a request.</summary>
    /// <exception cref="ScimBridge.Scim.Errors.ScimException">invalidFilter.</exception>
    public static Func<JsonObject, bool> Parse(string? text)
    {
        if (text is null)
            return _ => true;
        var filter = FilterParser.Parse(text, Difference.Value, ClientProfile.Strict, inUrl: true);
        return difference => FilterEvaluator.Matches(filter, difference);
    }

    private static string Schema() => new JsonObject
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Schema"),
        ["id"] = Urn,
        ["name"] = "Difference",
        ["description"] = "Something that is not at a target as it should be.",
        ["attributes"] = new JsonArray([.. Texts.Select(name => (JsonNode)Attribute(name, isMany: false)), Attribute("what", isMany: true)]),
    }.ToJsonString();

    private static string Type() => new JsonObject
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ResourceType"),
        ["id"] = "Difference", ["name"] = "Difference", ["endpoint"] = "/Differences", ["description"] = "Difference", ["schema"] = Urn,
    }.ToJsonString();

    private static JsonObject Attribute(string name, bool isMany) => new()
    {
        ["name"] = name, ["type"] = "string", ["multiValued"] = isMany, ["description"] = name, ["required"] = false, ["caseExact"] = false,
        ["mutability"] = "readOnly", ["returned"] = "default", ["uniqueness"] = "none",
    };

    private const string Urn = "urn:scimbridge:params:scim:schemas:admin:2.0:Difference";
}
