namespace ScimBridge.Conformance.Running;

/// <summary>Optional features that a server may declare not to have.</summary>
[Flags]
internal enum Feature
{
    None = 0,
    Users = 1,
    Groups = 2,
    Enterprise = 4,
    Patch = 8,
    Filter = 16,
    Sort = 32,
    Bulk = 64,
    ETag = 128,
    Cursor = 256,
    Index = 512,
    ChangePassword = 1024,
}

/// <summary>The dialect that the server speaks with the client of the token.</summary>
[Flags]
public enum Profile
{
    /// <summary>The RFCs as they stand.</summary>
    Strict = 1,

    /// <summary>What Microsoft Entra ID sends.</summary>
    Entra = 2,

    /// <summary>What Okta sends.</summary>
    Okta = 4,

    /// <summary>The union of the known deviations.</summary>
    Lenient = 8,

    /// <summary>Any of them.</summary>
    Any = Strict | Entra | Okta | Lenient,
}

/// <summary>
/// Makes a method a case. The id is the clause's id in the catalogue; `id/variant` adds a second case to a clause. Ids that
/// are no clauses (transcripts, bad input) bring their own title and part and name the clauses that they show.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClauseAttribute(string id) : Attribute
{
    public string Id { get; } = id;

    /// <summary>What the case shows; the catalogue's text when empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>The heading that it is reported under; the clause's part when empty.</summary>
    public string Part { get; init; } = "";

    /// <summary>Clauses that the same exchange shows, as they cannot be told apart.</summary>
    public string[] Also { get; init; } = [];

    /// <summary>Without these the case is "not supported".</summary>
    public Feature Needs { get; init; }

    /// <summary>User attributes that it uses, separated by commas; a server need not have them all.</summary>
    public string Uses { get; init; } = "";

    /// <summary>The profiles that it is run for.</summary>
    public Profile Profiles { get; init; } = Profile.Any;

    /// <summary>Run only when ScimBridge's own choices are demanded (`--choices scimbridge`).</summary>
    public bool OnlyChoice { get; init; }
}
