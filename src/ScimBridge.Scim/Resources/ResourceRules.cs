using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>What a whole resource must satisfy, however it came about.</summary>
internal static class ResourceRules
{
    /// <summary>Required attributes and extensions are there (RFC 7643 3.3, 7); a required string is not blank.</summary>
    public static void CheckRequired(JsonObject body, ResourceType type, Func<AttributeDefinition, bool> isElsewhere)
    {
        CheckRequired(body, type.Schema.Attributes.Where(a => !type.IsOutsideBody(a) && !isElsewhere(a)), "");
        foreach (var extension in type.Extensions)
        {
            if (body[extension.Schema.Id] is JsonObject container)
            {
                CheckRequired(container, extension.Schema.Attributes, extension.Schema.Id + ":");
            }
            else if (extension.Required)
            {
                throw ScimError.InvalidValue($"The extension {extension.Schema.Id} is required.").AsException();
            }
        }
    }

    private static void CheckRequired(JsonObject container, IEnumerable<AttributeDefinition> attributes, string prefix)
    {
        foreach (var attribute in attributes.Where(a => a is { Required: true, IsReadOnly: false }))
        {
            var node = container[attribute.Name];
            if (node is null || (node is JsonValue && node.GetValueKind() == JsonValueKind.String && string.IsNullOrWhiteSpace(node.GetValue<string>())))
            {
                throw ScimError.InvalidValue($"{prefix}{attribute.Name} is required.").AsException();
            }
        }
    }
}
