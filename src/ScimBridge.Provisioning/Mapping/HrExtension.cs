namespace ScimBridge.Provisioning.Mapping;

/// <summary>The names of the HR extension of a SCIM user. It is published by the bridge and never sent to a target.</summary>
public static class HrExtension
{
    /// <summary>The schema's URN.</summary>
    public const string Urn = "urn:scimbridge:params:scim:schemas:extension:hr:2.0:User";

    /// <summary>The value of <c>nextTransitionTo</c> of one who is about to start.</summary>
    public const string ToActive = "active";

    /// <summary>Given name as in the papers. It is kept where a target is told legal names, and no client is ever shown it.</summary>
    public const string LegalGivenName = "legalGivenName";

    /// <summary>Family name as in the papers; likewise.</summary>
    public const string LegalFamilyName = "legalFamilyName";
}
