using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// How one service provider is spoken to: what all behaviour asks. No other code knows which vendor it is about.
/// </summary>
internal sealed record ScimSwitches
{
    public const int DefaultPageSize = 100;
    private const int DefaultMembers = 100;

    public required string UsersPath { get; init; }

    public required string GroupsPath { get; init; }

    public required bool Groups { get; init; }

    public required ScimUpdate UserUpdate { get; init; }

    public required ScimUpdate GroupUpdate { get; init; }

    public required ScimPatchForm PatchForm { get; init; }

    public required ScimMemberPatch MemberPatch { get; init; }

    /// <summary>Null: every attribute is tried.</summary>
    public required IReadOnlyList<string>? UserFilters { get; init; }

    /// <summary>Null: every attribute is tried.</summary>
    public required IReadOnlyList<string>? GroupFilters { get; init; }

    public required int MembersPerCall { get; init; }

    public required ScimPaging Paging { get; init; }

    public required int PageSize { get; init; }

    public required bool Delete { get; init; }

    public required ScimMedia ContentType { get; init; }

    public required bool ETags { get; init; }

    public required IReadOnlyList<string> SingleValued { get; init; }

    public required IReadOnlyList<string> Omit { get; init; }

    public required IReadOnlyList<ScimPath> Required { get; init; }

    public required bool ReturnsMembers { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Puts together what was said, the most believed first. What nobody says is as RFC 7644 has it.</summary>
    public static ScimSwitches Of(params ScimTraits[] said)
    {
        return new ScimSwitches
        {
            UsersPath = First(t => t.UsersPath) ?? ScimSchemas.Collection(AccountKind.User),
            GroupsPath = First(t => t.GroupsPath) ?? ScimSchemas.Collection(AccountKind.Group),
            Groups = First(t => t.Groups) ?? true,
            UserUpdate = First(t => t.UserUpdate) ?? ScimUpdate.Patch,
            GroupUpdate = First(t => t.GroupUpdate) ?? ScimUpdate.Patch,
            PatchForm = First(t => t.PatchForm) ?? ScimPatchForm.Paths,
            MemberPatch = First(t => t.MemberPatch) ?? ScimMemberPatch.Filter,
            UserFilters = First(t => t.UserFilters),
            GroupFilters = First(t => t.GroupFilters),
            MembersPerCall = First(t => t.MembersPerCall) ?? DefaultMembers,
            Paging = First(t => t.Paging) ?? ScimPaging.Index,
            PageSize = First(t => t.PageSize) ?? DefaultPageSize,
            Delete = First(t => t.Delete) ?? true,
            ContentType = First(t => t.ContentType) ?? ScimMedia.Scim,
            ETags = First(t => t.ETags) ?? true,
            SingleValued = First(t => t.SingleValued) ?? [],
            Omit = First(t => t.Omit) ?? [],
            Required = [.. (First(t => t.Required) ?? []).Select(path => ScimPath.Parse(path)!.Value)],
            ReturnsMembers = First(t => t.ReturnsMembers) ?? true,
            Headers = First(t => t.Headers) ?? [],
        };

        T? First<T>(Func<ScimTraits, T?> trait) => said.Select(trait).FirstOrDefault(value => value is not null);
    }

    public string Path(AccountKind kind) => kind == AccountKind.Group ? GroupsPath : UsersPath;

    public string Path(AccountKind kind, string remoteId) => $"{Path(kind)}/{Uri.EscapeDataString(remoteId)}";

    public ScimUpdate Update(AccountKind kind) => kind == AccountKind.Group ? GroupUpdate : UserUpdate;

    /// <summary>Whether a filter on this attribute is worth a call.</summary>
    public bool Filters(AccountKind kind, string attribute) =>
        (kind == AccountKind.Group ? GroupFilters : UserFilters)?.Contains(attribute, StringComparer.OrdinalIgnoreCase) ?? true;
}
