using System.Data.Common;
using ScimBridge.Storage.Queries;

namespace ScimBridge.Storage.Stores;

/// <summary>A membership.</summary>
public readonly record struct Membership(string GroupId, string MemberId, bool ByRule);

/// <summary>A member as a group shows it.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Id">The member.</param>
/// <param name="Type">Name of the member's resource type.</param>
/// <param name="Display">The member's display name, else its user name.</param>
public sealed record GroupMember(string GroupId, string Id, string Type, string? Display);

/// <summary>A group as one that is in it shows it.</summary>
/// <param name="MemberId">Who is in the group.</param>
/// <param name="GroupId">The group.</param>
/// <param name="Type">Name of the group's resource type.</param>
/// <param name="Display">The group's display name.</param>
/// <param name="Direct">Whether the group has the member itself, and not only through other groups.</param>
public sealed record GroupOfMember(string MemberId, string GroupId, string Type, string? Display, bool Direct);

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

    /// <summary>The ids of all members of a group.</summary>
    public static Task<List<string>> IdsAsync(Session session, string groupId, CancellationToken cancel) => session.QueryAsync(
        "SELECT member_id FROM membership WHERE group_id = @group", r => r.GetString(0), cancel, ("group", groupId));

    /// <summary>Those of the given members of a group whom a rule put there.</summary>
    public static Task<List<string>> ByRuleAsync(
        Session session, string groupId, IReadOnlyCollection<string> memberIds, CancellationToken cancel) => session.QueryAsync(
        "SELECT member_id FROM membership WHERE group_id = @group AND by_rule AND " + session.Dialect.In("member_id", "@members"),
        r => r.GetString(0),
        cancel,
        ("group", groupId), ("members", memberIds));

    /// <summary>The members of a group in order of ids, from the one after <paramref name="after"/> on, at most <paramref name="limit"/>.</summary>
    public static Task<List<GroupMember>> PageAsync(
        Session session, string groupId, string? after, int limit, CancellationToken cancel) => session.QueryAsync(
        MembersSql(session.Dialect, "m.group_id = @group AND m.member_id > @after") + " LIMIT @limit",
        ReadMember,
        cancel,
        ("group", groupId), ("after", after ?? ""), ("limit", limit));

    /// <summary>All members of the given groups, group by group, in order of ids.</summary>
    public static Task<List<GroupMember>> OfGroupsAsync(
        Session session, IReadOnlyCollection<string> groupIds, CancellationToken cancel) => session.QueryAsync(
        MembersSql(session.Dialect, session.Dialect.In("m.group_id", "@ids")), ReadMember, cancel, ("ids", groupIds));

    /// <summary>The groups that the given members are in, direct and through other groups, member by member, in order of ids.</summary>
    public static async Task<List<GroupOfMember>> GroupsOfAsync(
        Session session, IReadOnlyCollection<string> memberIds, CancellationToken cancel)
    {
        // Groups are seldom in groups, and a walk costs several times as much as a look-up.
        var direct = await session.QueryAsync(
            $"SELECT m.member_id, m.group_id, r.type, {Display(session.Dialect)}, true, " +
            $"EXISTS (SELECT 1 FROM membership AS n WHERE {session.Dialect.LookedUp("n.member_id", "m.group_id")}) " +
            $"FROM {Of(session.Dialect, memberIds)} JOIN resource AS r ON {session.Dialect.LookedUp("r.id", "m.group_id")} ORDER BY m.member_id, m.group_id",
            r => (Group: ReadGroup(r), IsNested: r.GetBoolean(5)),
            cancel,
            ("ids", Value(memberIds)));
        return direct.Exists(d => d.IsNested)
            ? await WalkAsync(session, memberIds, cancel)
            : direct.ConvertAll(d => d.Group);
    }

    private static Task<List<GroupOfMember>> WalkAsync(
        Session session, IReadOnlyCollection<string> memberIds, CancellationToken cancel) => session.QueryAsync(
        "WITH RECURSIVE above(member_id, group_id) AS (" +
        $"SELECT m.member_id, m.group_id FROM {Of(session.Dialect, memberIds)} " +
        $"UNION SELECT a.member_id, m.group_id FROM above AS a JOIN membership AS m ON {session.Dialect.LookedUp("m.member_id", "a.group_id")}) " +
        $"SELECT a.member_id, a.group_id, r.type, {Display(session.Dialect)}, {MembershipSql.IsDirect(session.Dialect, "a.group_id", "a.member_id")} " +
        $"FROM above AS a JOIN resource AS r ON {session.Dialect.LookedUp("r.id", "a.group_id")} WHERE a.group_id <> a.member_id ORDER BY a.member_id, a.group_id",
        ReadGroup,
        cancel,
        ("ids", Value(memberIds)));

    // Member by member: before PostgreSQL has statistics, it would rather read all memberships than so many members' worth. And it would
    // plan again each time for a list of one, because it expects ten of a list that it does not know.
    private static string Of(Dialect dialect, IReadOnlyCollection<string> memberIds) =>
        $"{(memberIds.Count == 1 ? "(SELECT CAST(@ids AS text) AS id)" : dialect.Listed("@ids"))} AS i " +
        $"JOIN membership AS m ON {dialect.LookedUp("m.member_id", "i.id")}";

    private static object Value(IReadOnlyCollection<string> memberIds) => memberIds.Count == 1 ? memberIds.First() : memberIds;

    private static GroupOfMember ReadGroup(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetBoolean(4));

    private static string MembersSql(Dialect dialect, string condition) =>
        $"SELECT m.group_id, m.member_id, r.type, {Display(dialect)} FROM membership AS m JOIN resource AS r ON r.id = m.member_id " +
        $"WHERE {condition} ORDER BY m.group_id, m.member_id";

    private static string Display(Dialect dialect) => MembershipSql.Display(dialect, dialect.JsonOf("r.body"));

    private static GroupMember ReadMember(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3));
}
