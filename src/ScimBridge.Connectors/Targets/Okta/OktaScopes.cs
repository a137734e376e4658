using ScimBridge.Provisioning.Access;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Which scopes a service app needs for what; reading is a scope of its own.
/// <see href="https://developer.okta.com/docs/api/oauth2/"/>
/// </summary>
internal static class OktaScopes
{
    private static readonly string[] OfUsers = ["okta.users.read", "okta.users.manage"];

    private static readonly string[] OfGroups = ["okta.groups.read", "okta.groups.manage"];

    private static readonly string[] OfLogs = ["okta.logs.read"];

    /// <summary>What is needed to end one kind of access and to read it, beside what users need anyway.</summary>
    public static IReadOnlyList<string> Of(AccessKind kind) => kind switch
    {
        AccessKind.Tokens => ["okta.apiTokens.read", "okta.apiTokens.manage"],
        AccessKind.Roles => ["okta.roles.read", "okta.roles.manage"],
        _ => [],
    };

    /// <summary>What is asked for where the configuration names no scopes.</summary>
    public static IEnumerable<string> Needed(OktaTargetOptions options) =>
        OfUsers.Concat(options.Groups ? OfGroups : []).Concat(OktaAccess.Revoked(options).SelectMany(Of)).Concat(options.ReadUse ? OfLogs : [])
            .Concat(Of(options.ServiceAccounts)).Distinct();

    /// <summary>What is needed to find non-human identities, and to change them.</summary>
    public static IEnumerable<string> Of(OktaServiceAccountOptions? options) =>
        new[] { (options?.Apps, "okta.apps"), (options?.ApiTokens, "okta.apiTokens") }.Where(part => part.Item1 == true)
            .SelectMany(part => options!.Change ? new[] { part.Item2 + ".read", part.Item2 + ".manage" } : [part.Item2 + ".read"]);

    /// <summary>Whether the scopes that the configuration names, if it names any, go as far as these.</summary>
    public static bool Cover(OktaTargetOptions options, IEnumerable<string> needed) =>
        options.ApiToken is not null || options.Scopes.Count == 0 || needed.All(options.Scopes.Contains);
}
