namespace ScimBridge.Provisioning.Planning;

/// <summary>A page of the members of a group.</summary>
/// <param name="Members">Their remote ids.</param>
/// <param name="Next">Where the next page is, as the target understands it; null where there is none.</param>
public sealed record MemberPage(IReadOnlyList<string> Members, string? Next);
