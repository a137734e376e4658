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
