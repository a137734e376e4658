namespace ScimBridge.Storage.Stores;

/// <summary>A membership.</summary>
public readonly record struct Membership(string GroupId, string MemberId, bool ByRule);

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
}
