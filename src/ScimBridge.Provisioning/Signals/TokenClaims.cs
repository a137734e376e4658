using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Signals;

/// <summary>
/// What tokens say of people (OpenID Connect Core 1.0, 5.1, and the names of the enterprise extension), by the attribute of SCIM that it comes from.
/// </summary>
public static class TokenClaims
{
    private static readonly (string Attribute, string? Part, string Claim)[] Table =
    [
        ("userName", null, "preferred_username"),
        ("displayName", null, "name"),
        ("name", "givenName", "given_name"),
        ("name", "familyName", "family_name"),
        ("title", null, "title"),
        ("userType", null, "user_type"),
        ("locale", null, "locale"),
        ("timezone", null, "zoneinfo"),
        (UserMapping.EnterpriseSchema, "department", "department"),
        (UserMapping.EnterpriseSchema, "division", "division"),
        (UserMapping.EnterpriseSchema, "organization", "organization"),
        (UserMapping.EnterpriseSchema, "costCenter", "cost_center"),
        (UserMapping.EnterpriseSchema, "employeeNumber", "employee_number"),
    ];

    /// <summary>Whether tokens say something of the attribute.</summary>
    public static bool Has(string attribute) => attribute == "emails" || Array.Exists(Table, row => row.Attribute == attribute);

    /// <summary>The claims that come from these attributes, as they are now; one that has no value any more is null.</summary>
    public static JsonObject Of(JsonObject body, IReadOnlyCollection<string> attributes)
    {
        ArgumentNullException.ThrowIfNull(body);
        var claims = new JsonObject();
        foreach (var (attribute, part, claim) in Table.Where(row => attributes.Contains(row.Attribute)))
            claims[claim] = SignalSubject.Text(part is null ? body[attribute] : body[attribute]?[part]);
        if (attributes.Contains("emails"))
            claims["email"] = SignalSubject.AddressOf(body);
        return claims;
    }
}
