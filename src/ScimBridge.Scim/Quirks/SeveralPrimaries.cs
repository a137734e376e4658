using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;

namespace ScimBridge.Scim.Quirks;

/// <summary>
/// More than one primary value: <c>{"emails":[{"value":"a@x","primary":true},{"value":"b@x","primary":true}]}</c>. RFC 7643 2.4 allows one;
/// Entra ID can produce two by merging mappings. The last one stays primary; a strict client is told.
/// Source: behaviour of Entra ID as reported by implementers of SCIM servers.
/// </summary>
public static class SeveralPrimaries
{
    public static readonly Quirk Quirk = new("severalPrimaries");

    /// <summary>Leaves one element primary, or refuses.</summary>
    internal static void KeepLast(IReadOnlyList<JsonNode> elements, string where, ClientProfile profile)
    {
        var primaries = elements.OfType<JsonObject>().Where(IsPrimary).ToList();
        if (primaries.Count < 2)
        {
            return;
        }

        if (!profile.Allows(Quirk))
        {
            throw ScimError.InvalidValue($"{where} has more than one primary value.").AsException();
        }

        foreach (var earlier in primaries.SkipLast(1))
        {
            earlier["primary"] = false;
        }
    }

    internal static bool IsPrimary(JsonObject element) => element["primary"]?.GetValueKind() == JsonValueKind.True;
}
