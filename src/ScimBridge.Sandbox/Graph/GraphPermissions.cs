namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// Which application permissions a call needs: any one of those listed.
/// <see href="https://learn.microsoft.com/en-us/graph/permissions-reference"/>
/// </summary>
internal static class GraphPermissions
{
    public static bool Allow(GraphRequest request, IReadOnlyList<string> roles) => Needed(request) is { } needed && needed.Any(roles.Contains);

    private static string[]? Needed(GraphRequest request) => (request.IsRead, request.Segments) switch
    {
        (true, ["users", _, "appRoleAssignments"]) => ["Directory.Read.All", "AppRoleAssignment.ReadWrite.All", "Directory.ReadWrite.All"],
        (_, ["users", _, "appRoleAssignments", ..]) => ["AppRoleAssignment.ReadWrite.All"],
        (true, ["users", _, "authentication", ..]) => ["UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"],
        (_, ["users", _, "authentication", ..]) => ["UserAuthenticationMethod.ReadWrite.All"],
        (true, ["oauth2PermissionGrants", ..]) => ["Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"],
        (_, ["oauth2PermissionGrants", ..]) => ["DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"],
        (true, ["roleManagement", ..]) => ["RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All", "Directory.ReadWrite.All"],
        (_, ["roleManagement", ..]) => ["RoleManagement.ReadWrite.Directory"],
        (_, ["devices", _]) => ["Device.ReadWrite.All", "Directory.ReadWrite.All"],
        (true, ["auditLogs", "signIns"] or ["reports", "appCredentialSignInActivities"]) => ["AuditLog.Read.All"],
        (true, ["users", ..] or ["directoryObjects", ..]) => ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
        (true, ["directory", "deletedItems", ..]) => ["User.Read.All", "User.ReadWrite.All", "User.DeleteRestore.All", "Directory.Read.All", "Directory.ReadWrite.All"],
        (true, [var groups, ..]) when groups.StartsWith("groups", StringComparison.Ordinal) =>
            ["GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
        (_, ["users", _, "revokeSignInSessions"]) => ["User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All"],
        (_, ["users", ..]) => ["User.ReadWrite.All", "Directory.ReadWrite.All"],
        (_, ["directory", "deletedItems", ..]) => ["User.DeleteRestore.All", "User.ReadWrite.All", "Directory.ReadWrite.All"],
        (_, ["groups", _, "members", ..]) => ["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"],
        (_, ["groups", _]) when IsMembersOnly(request) => ["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"],
        (_, [var groups, ..]) when groups.StartsWith("groups", StringComparison.Ordinal) => ["Group.ReadWrite.All", "Directory.ReadWrite.All"],
        (true, ["servicePrincipals", _, "microsoft.graph.agentIdentity", ..] or ["servicePrincipals", "microsoft.graph.agentIdentity"]) =>
            ["AgentIdentity.Read.All", "AgentIdentity.ReadWrite.All", "Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
        (_, ["servicePrincipals", _, "microsoft.graph.agentIdentity", ..]) => ["AgentIdentity.ReadWrite.All"],
        (true, ["applications" or "servicePrincipals", ..]) =>
            ["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
        (_, ["servicePrincipals", _, "synchronization", "jobs", _, "bulkUpload"]) => ["SynchronizationData-User.Upload"],
        (_, ["applications" or "servicePrincipals", ..]) => ["Application.ReadWrite.All", "Directory.ReadWrite.All"],
        (true, ["auditLogs", ..]) => ["ProvisioningLog.Read.All", "AuditLog.Read.All"],
        _ => null,
    };

    private static bool IsMembersOnly(GraphRequest request) =>
        request.Method == "PATCH" && request.Object() is { } body && body.All(p => p.Key is "members@odata.bind" or "@odata.type");
}
