using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>What an operation may do to one value (RFC 7644 3.5.2, RFC 7643 7).</summary>
internal static class PatchRules
{
    /// <summary>Sets a value; an immutable one only if there is none, or the same.</summary>
    public static void Set(JsonObject container, AttributeDefinition attribute, JsonNode value, string where)
    {
        var before = container[attribute.Name];
        if (attribute.Mutability == Mutability.Immutable && before is not null && !ResourceComparer.AreEqual(before, value))
        {
            throw ScimError.Mutability($"{where} is immutable and has a value already.").AsException();
        }

        container[attribute.Name] = value;
    }

    /// <summary>Takes a value away; a required or immutable one may not go.</summary>
    public static void Remove(JsonObject container, AttributeDefinition attribute, string where)
    {
        if (attribute.Required)
        {
            throw ScimError.Mutability($"{where} is required.").AsException();
        }

        if (attribute.Mutability == Mutability.Immutable && container.ContainsKey(attribute.Name))
        {
            throw ScimError.Mutability($"{where} is immutable.").AsException();
        }

        container.Remove(attribute.Name);
    }

    /// <summary>Takes a whole complex value away, unless something in it is immutable.</summary>
    public static void CheckRemovable(AttributeDefinition attribute, JsonNode? value, string where)
    {
        if (value is JsonObject complex
            && attribute.SubAttributes.Any(s => s.Mutability == Mutability.Immutable && complex.ContainsKey(s.Name)))
        {
            throw ScimError.Mutability($"{where} has an immutable value.").AsException();
        }
    }

    /// <summary>Sets what the partial value says, and takes away what it says is unassigned.</summary>
    public static void Merge(JsonObject element, AttributeDefinition attribute, JsonObject partial, IEnumerable<AttributeDefinition> unassigned, string where)
    {
        foreach (var (name, value) in partial)
        {
            Set(element, attribute.FindSubAttribute(name)!, value!.DeepClone(), $"{where}.{name}");
        }

        foreach (var sub in unassigned)
        {
            Remove(element, sub, $"{where}.{sub.Name}");
        }
    }

    /// <summary>The sub-attributes that a replacement names only to unassign them.</summary>
    public static IReadOnlyList<AttributeDefinition> Unassigned(PatchVerb verb, AttributeDefinition attribute, JsonObject given) =>
        verb != PatchVerb.Replace
            ? []
            : [.. given.Where(m => IsUnassigned(m.Value)).Select(m => attribute.FindSubAttribute(m.Key)).OfType<AttributeDefinition>().Where(s => !s.IsReadOnly)];

    /// <summary>null, an empty array and an empty object all mean that there is no value (RFC 7643 2.5).</summary>
    public static bool IsUnassigned(JsonNode? node) => node is null or JsonArray { Count: 0 } or JsonObject { Count: 0 };
}
