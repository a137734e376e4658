namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>How a resource is changed.</summary>
public enum ScimUpdate
{
    /// <summary>By PATCH: what changes and nothing else (RFC 7644 section 3.5.2).</summary>
    Patch = 0,

    /// <summary>By PUT of what was just read and merged (RFC 7644 section 3.5.1): nothing that the server knows besides is lost.</summary>
    Put,
}

/// <summary>How the operations of a PATCH name what they set.</summary>
public enum ScimPatchForm
{
    /// <summary>Each by its path.</summary>
    Paths = 0,

    /// <summary>All of them in one value without a path; what is removed has a path all the same.</summary>
    Pathless,
}

/// <summary>How a PATCH names the members of a group that come and go.</summary>
public enum ScimMemberPatch
{
    /// <summary>
    /// Those who come in a list of values, each who leaves by the path <c>members[value eq "..."]</c> (RFC 7644 section 3.5.2.2). A list
    /// of who is to leave means "all members" to some servers.
    /// </summary>
    Filter = 0,

    /// <summary>Both by the path <c>members</c> and a list of values, for servers that take no filter in a path.</summary>
    Values,

    /// <summary>Both by the path <c>members</c> and an object that has the list as its own <c>members</c>.</summary>
    Nested,
}

/// <summary>How a list is read page by page.</summary>
public enum ScimPaging
{
    /// <summary>By <c>startIndex</c> and <c>count</c> (RFC 7644 section 3.4.2.4).</summary>
    Index = 0,

    /// <summary>By <c>cursor</c> and <c>count</c> (RFC 9865).</summary>
    Cursor,

    /// <summary>Not at all: a list comes as one.</summary>
    None,
}

/// <summary>What a request says its body is.</summary>
public enum ScimMedia
{
    /// <summary><c>application/scim+json</c>.</summary>
    Scim = 0,

    /// <summary><c>application/json</c>.</summary>
    Json,
}

/// <summary>By what an account that is there already may be recognised.</summary>
public enum ScimMatch
{
    /// <summary>
    /// Our key, before anything is created, which costs a call for each new account. Without it the key is looked for only where a
    /// creation meets a conflict or its reply is lost.
    /// </summary>
    ExternalId = 0,

    /// <summary>The user name.</summary>
    UserName,

    /// <summary>The employee number of the enterprise extension.</summary>
    EmployeeNumber,

    /// <summary>An e-mail address, which says little about whose account it is.</summary>
    Emails,
}

/// <summary>How a client proves itself to a token service (RFC 6749 section 2.3.1).</summary>
public enum ScimClientAuthentication
{
    /// <summary>In the Authorization header.</summary>
    ClientSecretBasic = 0,

    /// <summary>In the body.</summary>
    ClientSecretPost,
}
