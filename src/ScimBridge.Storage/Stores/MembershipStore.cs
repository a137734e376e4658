namespace ScimBridge.Storage.Stores;

/// <summary>A membership.</summary>
public readonly record struct Membership(string GroupId, string MemberId, bool ByRule);

/// <summary>A member of a group, or a group of a member.</summary>
/// <param name="OfId">The resource that was asked about.</param>
/// <param name="Id">The other one.</param>
/// <param name="Type">Its resource type.</param>
/// <param name="Display">Its display name.</param>
public sealed record RelatedResource(string OfId, string Id, string Type, string? Display);

/// <summary>Reads memberships. They are written by <see cref="Commit"/> alone.</summary>
public static class MembershipStore
{
    /// <summary>The direct memberships of the given members.</summary>
    public static Task<List<Membership>> OfMembersAsync(
        Session session, IReadOnlyCollection<string> memberIds, CancellationToken cancel) => session.QueryAsync(
        "SELECT group_id, member_id, by_rule FROM membership WHERE " + session.Dialect.In("member_id", "@ids"),
        r => new Membership(r.GetString(0), r.GetString(1), r.GetBoolean(2)),
        cancel,
        ("ids", memberIds));

    /// <summary>Which of the given pairs of group and member are memberships now.</summary>
    public static async Task<HashSet<(string GroupId, string MemberId)>> ExistingAsync(
        Session session, IReadOnlyCollection<string> groupIds, IReadOnlyCollection<string> memberIds, CancellationToken cancel)
    {
        var rows = await session.QueryAsync(
            "SELECT group_id, member_id FROM membership WHERE " + session.Dialect.In("group_id", "@groups") + " AND " +
            session.Dialect.In("member_id", "@members"),
            r => (r.GetString(0), r.GetString(1)),
            cancel,
            ("groups", groupIds), ("members", memberIds));
        return [.. rows];
    }

    /// <summary>The direct members of the given groups.</summary>
    public static Task<List<RelatedResource>> MembersAsync(
        Session session, IReadOnlyCollection<string> groupIds, CancellationToken cancel) =>
        RelatedAsync(session, "group_id", "member_id", groupIds, cancel);

    /// <summary>The groups that the given members are in directly.</summary>
    public static Task<List<RelatedResource>> GroupsAsync(
        Session session, IReadOnlyCollection<string> memberIds, CancellationToken cancel) =>
        RelatedAsync(session, "member_id", "group_id", memberIds, cancel);

    private static Task<List<RelatedResource>> RelatedAsync(
        Session session, string of, string other, IReadOnlyCollection<string> ids, CancellationToken cancel) => session.QueryAsync(
        $"SELECT m.{of}, r.id, r.type, {session.Dialect.JsonText("r.body", "displayName")} " +
        $"FROM membership m JOIN resource r ON r.id = m.{other} WHERE {session.Dialect.In("m." + of, "@ids")} ORDER BY m.{of}, r.id",
        r => new RelatedResource(r.GetString(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3)),
        cancel,
        ("ids", ids));
}
