using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>The URNs and endpoints of RFC 7643 and RFC 7644.</summary>
internal static class ScimSchemas
{
    public const string UrnPrefix = "urn:";

    public const string Patch = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    public static string Core(AccountKind kind) => kind == AccountKind.Group
        ? "urn:ietf:params:scim:schemas:core:2.0:Group"
        : "urn:ietf:params:scim:schemas:core:2.0:User";

    public static string Collection(AccountKind kind) => kind == AccountKind.Group ? "Groups" : "Users";
}
