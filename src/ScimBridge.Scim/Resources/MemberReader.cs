using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>Reads the members of a relation: each id once, <c>display</c> passed over, a <c>$ref</c> alone resolved (RFC 7643 4.2).</summary>
internal static class MemberReader
{
    public static IReadOnlyList<MemberReference> Read(
        AttributeDefinition relation, JsonNode? node, ValueReader values, ClientProfile profile, bool singleAllowed)
    {
        if (node is not (null or JsonArray) && !singleAllowed && !profile.Allows(SingleForMultiValued.Quirk))
        {
            throw ScimError.InvalidValue($"{relation.Name} must be an array.").AsException();
        }

        var members = new Dictionary<string, MemberReference>(StringComparer.Ordinal);
        foreach (var element in node is JsonArray array ? array : Enumerable.Repeat(node, 1))
        {
            if (element is null or JsonObject { Count: 0 })
            {
                continue;
            }

            var member = values.ReadOne(relation, MembersAsStrings.Expand(element, profile), relation.Name);
            if ((string?)member?["value"] is not { Length: > 0 } id)
            {
                throw ScimError.InvalidValue($"{relation.Name}.value is required.").AsException();
            }

            members[id] = new MemberReference(id, Type(relation, (string?)member!["type"]));
        }

        return [.. members.Values];
    }

    /// <summary>The type in the spelling of the schema; one that the relation cannot hold is refused.</summary>
    private static string? Type(AttributeDefinition relation, string? given)
    {
        var known = relation.FindSubAttribute("type")?.CanonicalValues ?? [];
        return string.IsNullOrEmpty(given) ? null
            : known.Count == 0 ? given
            : known.FirstOrDefault(t => string.Equals(t, given, StringComparison.OrdinalIgnoreCase))
                ?? throw ScimError.InvalidValue($"{relation.Name}.type must be one of {string.Join(", ", known)}.").AsException();
    }
}
