namespace ScimBridge.Sandbox.ScimTarget.Schemas;

/// <summary>The schemas of RFC 7643 sections 4.1 to 4.3 and the two resource types built on them.</summary>
internal static class ScimSchemas
{
    public const string PatchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    public const string ListResponse = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    public const string Error = "urn:ietf:params:scim:api:messages:2.0:Error";

    private static readonly ScimAttribute ExternalId = new("externalId") { CaseExact = true };

    public static readonly ScimSchema UserSchema = new(
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "User",
        ExternalId,
        new("userName") { Required = true, Uniqueness = "server" },
        Complex("name", Texts("formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix")),
        new("displayName"),
        new("nickName"),
        new("profileUrl") { Type = "reference", ReferenceTypes = ["external"] },
        new("title"),
        new("userType"),
        new("preferredLanguage"),
        new("locale"),
        new("timezone"),
        new("active") { Type = "boolean" },
        new("password") { Mutability = "writeOnly", Returned = "never" },
        Values("emails"),
        Values("phoneNumbers"),
        Values("ims"),
        Values("photos"),
        Complex(
            "addresses",
            [.. Texts("formatted", "streetAddress", "locality", "region", "postalCode", "country", "type"), Flag("primary")]) with
        {
            MultiValued = true,
        },
        Complex("groups", [.. Texts("value", "display", "type"), Reference("$ref", "Group")]) with
        {
            MultiValued = true,
            Mutability = "readOnly",
        },
        Values("entitlements"),
        Values("roles"),
        Values("x509Certificates"));

    public static readonly ScimSchema GroupSchema = new(
        "urn:ietf:params:scim:schemas:core:2.0:Group",
        "Group",
        ExternalId,
        new("displayName") { Required = true, Uniqueness = "server" },
        Complex("members", [.. Texts("value", "display", "type"), Reference("$ref", "User", "Group")]) with { MultiValued = true });

    public static readonly ScimSchema EnterpriseSchema = new(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "EnterpriseUser",
        new("employeeNumber"),
        new("costCenter"),
        new("organization"),
        new("division"),
        new("department"),
        Complex(
            "manager",
            [new("value") { CaseExact = true }, Reference("$ref", "User"), new("displayName") { Mutability = "readOnly" }]));

    public static readonly ScimResourceType User = new("User", "Users", "userName", UserSchema, [EnterpriseSchema]);

    public static readonly ScimResourceType Group = new("Group", "Groups", "displayName", GroupSchema, []);

    private static ScimAttribute Complex(string name, ScimAttribute[] subAttributes) =>
        new(name) { Type = "complex", SubAttributes = subAttributes };

    private static ScimAttribute Values(string name) =>
        Complex(name, [.. Texts("value", "display", "type"), Flag("primary")]) with { MultiValued = true };

    private static ScimAttribute[] Texts(params string[] names) => [.. names.Select(name => new ScimAttribute(name))];

    private static ScimAttribute Flag(string name) => new(name) { Type = "boolean" };

    private static ScimAttribute Reference(string name, params string[] types) =>
        new(name) { Type = "reference", CaseExact = true, ReferenceTypes = types };
}
