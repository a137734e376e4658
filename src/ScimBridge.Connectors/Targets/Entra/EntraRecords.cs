using System.Text.Json.Nodes;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>Which kind of object something is asked of.</summary>
public enum EntraObject
{
    /// <summary>An application: the registration.</summary>
    Application = 0,

    /// <summary>A service principal: the application as a tenant has it, a managed identity or an agent identity.</summary>
    ServicePrincipal,
}

/// <summary>A secret or a key of an application; what it is made of is never shown.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="IsPassword">A secret; otherwise a certificate or key.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Ends">When it runs out.</param>
public sealed record EntraCredential(Guid KeyId, bool IsPassword, string? Name, DateTimeOffset? Ends);

/// <summary>A user who has changed.</summary>
/// <param name="RemoteId">The object id.</param>
/// <param name="IsDeleted">The user was deleted, and may still be restored.</param>
/// <param name="Active">Whether the account is enabled; null where that is not said.</param>
/// <param name="Attributes">SCIM-shaped; empty where the user was deleted.</param>
public sealed record EntraChange(string RemoteId, bool IsDeleted, bool? Active, JsonObject Attributes);

/// <summary>What has changed, and where to go on from.</summary>
/// <param name="Users">The users; one may come more than once, the last is the newest.</param>
/// <param name="Link">What the next question goes on from; good for seven days.</param>
public sealed record EntraChanges(IReadOnlyList<EntraChange> Users, string Link);
