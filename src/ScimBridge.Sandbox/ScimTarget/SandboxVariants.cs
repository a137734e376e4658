namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>What a SCIM target says of itself.</summary>
public enum ScimSelfDescription
{
    /// <summary>All that RFC 7644 section 4 asks for.</summary>
    Full,

    /// <summary>All of it, with the configuration under <c>/ServiceProviderConfigs</c>.</summary>
    Plural,

    /// <summary>Nothing: 404.</summary>
    Absent,

    /// <summary>Nothing for this client: 403.</summary>
    Protected,
}

/// <summary>What becomes of a user that is deleted.</summary>
public enum ScimDeletion
{
    /// <summary>It is gone.</summary>
    Delete,

    /// <summary>It stays, and is disabled.</summary>
    Deactivate,

    /// <summary>Nothing: 405.</summary>
    Refuse,
}

/// <summary>How lists are read page by page.</summary>
public enum ScimPages
{
    /// <summary>By startIndex and count (RFC 7644 section 3.4.2.4).</summary>
    Index,

    /// <summary>By cursor and count, and in no other way (RFC 9865).</summary>
    Cursor,

    /// <summary>Not at all: startIndex and count are refused.</summary>
    None,
}

/// <summary>What the body of an error looks like.</summary>
public enum ScimErrorShape
{
    /// <summary>RFC 7644 section 3.12.</summary>
    Rfc,

    /// <summary>Without scimType, with the status as a number.</summary>
    Plain,

    /// <summary>As AWS: without scimType, with an id of the exception.</summary>
    Aws,

    /// <summary>As Slack and version 1.1: an object Errors with description and code.</summary>
    Errors,
}
