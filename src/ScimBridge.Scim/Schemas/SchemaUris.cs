namespace ScimBridge.Scim.Schemas;

/// <summary>The URIs of the schemas that the product knows by name (RFC 7643 10.3).</summary>
public static class SchemaUris
{
    public const string User = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string Group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string EnterpriseUser = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    public const string ServiceProviderConfig = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
    public const string ResourceType = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
    public const string Schema = "urn:ietf:params:scim:schemas:core:2.0:Schema";

    /// <summary>What the HR system says about a worker, written by the bridge alone.</summary>
    public const string HrUser = "urn:scimbridge:params:scim:schemas:extension:hr:2.0:User";

    /// <summary>A non-human identity of the bridge's inventory: who answers for it, and who knows its credentials.</summary>
    public const string ServiceAccount = "urn:scimbridge:params:scim:schemas:core:2.0:ServiceAccount";

    /// <summary>An AI agent (draft-wzdk-scim-agent-resource-00). draft-abbey-scim-agent-extension-00 has other attributes under the same URI.</summary>
    public const string Agent = "urn:ietf:params:scim:schemas:core:2.0:Agent";
}
