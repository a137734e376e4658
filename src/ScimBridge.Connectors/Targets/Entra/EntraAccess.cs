using ScimBridge.Provisioning.Access;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>Which kinds of access a tenant is asked about.</summary>
internal static class EntraAccess
{
    /// <summary>What Graph has calls to end. It knows no tokens of a person that work without a session.</summary>
    public static readonly IReadOnlyList<AccessKind> Possible =
        [AccessKind.Sessions, AccessKind.Grants, AccessKind.Roles, AccessKind.Factors, AccessKind.Devices];
}
