using System.ComponentModel;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>Which non-human identities of an org are found, and what can be done with them.</summary>
public sealed class OktaServiceAccountOptions
{
    /// <summary>Whether API service apps are found, with their client secrets and keys (<c>okta.apps.read</c>).</summary>
    public bool Apps { get; set; } = true;

    /// <summary>Whether API tokens (SSWS) are found (<c>okta.apiTokens.read</c>).</summary>
    public bool ApiTokens { get; set; } = true;

    /// <summary>
    /// Whether client secrets are made and removed, API tokens revoked, and apps deactivated and deleted (<c>okta.apps.manage</c>,
    /// <c>okta.apiTokens.manage</c>).
    /// </summary>
    [Description("Whether secrets are made and removed, API tokens revoked, and apps deactivated and deleted (okta.apps.manage, okta.apiTokens.manage).")]
    public bool Change { get; set; }
}
