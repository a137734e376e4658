using ScimBridge.Provisioning.Access;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>Which kinds of access an org is asked about, by its configuration.</summary>
internal static class OktaAccess
{
    /// <summary>What Okta has calls to end.</summary>
    public static readonly IReadOnlyList<AccessKind> Possible =
        [AccessKind.Sessions, AccessKind.Tokens, AccessKind.Grants, AccessKind.Roles, AccessKind.Factors, AccessKind.Devices];

    private static readonly AccessKind[] Usual = [AccessKind.Sessions, AccessKind.Tokens, AccessKind.Grants, AccessKind.Roles];

    /// <summary>What is ended: what the configuration says; without a word, the usual, as far as the scopes go that it names.</summary>
    public static IReadOnlySet<AccessKind> Revoked(OktaTargetOptions options) =>
        (options.Revoke ?? Usual.Where(kind => OktaScopes.Cover(options, OktaScopes.Of(kind)))).ToHashSet();

    /// <summary>What is read: memberships, and what is ended, but for remembered devices, which Okta shows nobody.</summary>
    public static IReadOnlySet<AccessKind> Read(OktaTargetOptions options) =>
        Revoked(options).Where(kind => kind != AccessKind.Devices).Append(AccessKind.Memberships).ToHashSet();
}
