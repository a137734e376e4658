using System.Text.Json.Nodes;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>The new value of a sub-attribute, which may itself have several values: these are added to what there is.</summary>
internal static class SubAttributeValues
{
    public static JsonNode With(JsonNode? before, JsonNode value, AttributeDefinition sub, PatchVerb verb)
    {
        if (verb != PatchVerb.Add || before is not JsonArray there || value is not JsonArray added)
        {
            return value;
        }

        var all = there.Concat(added).OfType<JsonNode>().Select(e => e.DeepClone()).ToList();
        return new JsonArray([.. MultiValue.Collapse(all, sub)]);
    }
}
