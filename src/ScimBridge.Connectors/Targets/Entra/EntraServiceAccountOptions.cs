using System.ComponentModel;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>Which non-human identities of a tenant are found, and what can be done with them.</summary>
public sealed class EntraServiceAccountOptions
{
    /// <summary>Whether the tenant's own applications are found (<c>Application.Read.All</c>).</summary>
    public bool Applications { get; set; } = true;

    /// <summary>Whether agent identities are found (<c>AgentIdentity.Read.All</c>).</summary>
    public bool AgentIdentities { get; set; }

    /// <summary>Whether managed identities are found.</summary>
    public bool ManagedIdentities { get; set; }

    /// <summary>
    /// Whether secrets, owners and sponsors are changed, and applications disabled and deleted
    /// (<c>Application.ReadWrite.All</c>, or <c>Application.ReadWrite.OwnedBy</c> for those that the app owns; <c>AgentIdentity.ReadWrite.All</c>).
    /// </summary>
    [Description("Whether secrets, owners and sponsors are changed, and identities disabled and deleted.")]
    public bool Change { get; set; }

    /// <summary>
    /// Whether it is read when each credential was last used: a report of Graph's beta version, of the global cloud alone
    /// (<c>AuditLog.Read.All</c>, and a licence).
    /// </summary>
    [Description("Whether it is read when each credential was last used (AuditLog.Read.All; a beta report of the global cloud).")]
    public bool ReadUse { get; set; }
}
