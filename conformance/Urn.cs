namespace ScimBridge.Conformance;

/// <summary>The schema names of the RFCs that cases mention.</summary>
internal static class Urn
{
    public const string User = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string Group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    public const string ServiceProviderConfig = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
    public const string ResourceType = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
    public const string Schema = "urn:ietf:params:scim:schemas:core:2.0:Schema";

    public const string Messages = "urn:ietf:params:scim:api:messages:2.0:";
    public const string ListResponse = Messages + "ListResponse";
    public const string SearchRequest = Messages + "SearchRequest";
    public const string PatchOp = Messages + "PatchOp";
    public const string BulkRequest = Messages + "BulkRequest";
    public const string BulkResponse = Messages + "BulkResponse";
    public const string Error = Messages + "Error";
}
