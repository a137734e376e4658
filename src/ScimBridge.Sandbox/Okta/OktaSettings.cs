namespace ScimBridge.Sandbox.Okta;

/// <summary>The switches of an org, which may be changed while it runs.</summary>
public sealed record OktaSettings
{
    /// <summary>How often a user is read as before, and in transition, while a deactivation goes on.</summary>
    public int ReadsPerDeactivation { get; init; } = 1;

    /// <summary>Whether all that a deactivated user holds is answered 404, as the factors always are.</summary>
    public bool HidesDeactivated { get; init; }

    /// <summary>How many searches show an object as it was before its last change.</summary>
    public int SearchesBehind { get; init; }

    /// <summary>Calls that each endpoint takes in a minute.</summary>
    public int LimitPerMinute { get; init; } = 10_000;

    /// <summary>The most items on a page.</summary>
    public int MaxPageSize { get; init; } = 200;

    /// <summary>The custom attributes of users; their values are unique.</summary>
    public IReadOnlyList<string> UserAttributes { get; init; } = ["scimBridgeId"];

    /// <summary>The custom attributes of groups.</summary>
    public IReadOnlyList<string> GroupAttributes { get; init; } = ["scimBridgeId"];

    /// <summary>The primary relationships of linked objects that are defined.</summary>
    public IReadOnlyList<string> Relationships { get; init; } = ["manager"];
}
