namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A URI in <c>schemas</c> that the resource type does not have: Entra ID creates groups with
/// <c>"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"</c> beside the core schema, and an example of
/// Microsoft's has <c>urn:ietf:params:scim:schemas:extension:enterprise:2.0User</c>. It is passed over.
/// Source: learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID".
/// </summary>
public static class UnknownSchemas
{
    public static readonly Quirk Quirk = new("unknownSchemas");
}
