using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// What may be told of a service provider; null where nothing is told. Three say something: the configuration, the dialect, and the
/// service provider itself. The first that says something of a trait is believed, and RFC 7644 where nobody does.
/// </summary>
public class ScimTraits
{
    /// <summary>The collection of users below the base URL.</summary>
    [Description("The collection of users below the base URL; Users otherwise.")]
    public string? UsersPath { get; set; }

    /// <summary>The collection of groups below the base URL.</summary>
    [Description("The collection of groups below the base URL; Groups otherwise.")]
    public string? GroupsPath { get; set; }

    /// <summary>Whether groups and their members are delivered.</summary>
    public bool? Groups { get; set; }

    /// <summary>How users are changed.</summary>
    public ScimUpdate? UserUpdate { get; set; }

    /// <summary>How groups and their members are changed.</summary>
    public ScimUpdate? GroupUpdate { get; set; }

    /// <summary>How the operations of a PATCH name what they set.</summary>
    public ScimPatchForm? PatchForm { get; set; }

    /// <summary>How a PATCH names the members of a group that come and go.</summary>
    public ScimMemberPatch? MemberPatch { get; set; }

    /// <summary>
    /// The attributes that users can be filtered by with <c>eq</c>, as a filter writes them; none: users are read page by page. Null:
    /// all are tried.
    /// </summary>
    [Description("The attributes that users can be filtered by with eq; an empty list for none.")]
    public List<string>? UserFilters { get; set; }

    /// <summary>The same for groups.</summary>
    [Description("The attributes that groups can be filtered by with eq; an empty list for none.")]
    public List<string>? GroupFilters { get; set; }

    /// <summary>How many members of a group one call may add and remove.</summary>
    public int? MembersPerCall { get; set; }

    /// <summary>How a list is read page by page.</summary>
    public ScimPaging? Paging { get; set; }

    /// <summary>How many resources are asked for at once.</summary>
    public int? PageSize { get; set; }

    /// <summary>Whether accounts and groups are deleted. Otherwise a user who is no more is disabled, and a group stays.</summary>
    public bool? Delete { get; set; }

    /// <summary>What a request says its body is.</summary>
    public ScimMedia? ContentType { get; set; }

    /// <summary>Whether a PUT names the version that it was made of (<c>If-Match</c>, RFC 7644 section 3.14).</summary>
    [JsonPropertyName("etags")]
    public bool? ETags { get; set; }

    /// <summary>Multi-valued attributes of users that hold one value here: the primary one, or else the first, is delivered.</summary>
    [Description("Multi-valued attributes of which one value is delivered, the primary one or else the first.")]
    public List<string>? SingleValued { get; set; }

    /// <summary>
    /// Attributes that are never delivered, because the server refuses or ignores them: names of core attributes, URNs of extensions, or
    /// an attribute behind its extension's URN.
    /// </summary>
    [Description("Attributes that are never delivered: title, urn:...:User, urn:...:User:manager.")]
    public List<string>? Omit { get; set; }

    /// <summary>What every user must have, as SCIM paths. Who lacks one is refused before anything is called.</summary>
    [Description("SCIM paths that every user must have: name.givenName, emails.")]
    public List<string>? Required { get; set; }

    /// <summary>Whether a group that is read shows its members.</summary>
    public bool? ReturnsMembers { get; set; }

    /// <summary>Headers that every call carries, besides those of SCIM.</summary>
    public Dictionary<string, string>? Headers { get; set; }
}
