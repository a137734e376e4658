using System.Data.Common;
using ScimBridge.Storage.Queries;

namespace ScimBridge.Storage.Stores;

/// <summary>A membership, and on what grounds.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="MemberId">The member.</param>
/// <param name="ByRule">A rule gives it.</param>
/// <param name="ByHand">A client or an administrator gave it.</param>
/// <param name="Since">Since when, in microseconds since 1970.</param>
/// <param name="Until">When the hand's ground ends by itself, in microseconds since 1970; null for never.</param>
public readonly record struct Membership(string GroupId, string MemberId, bool ByRule, bool ByHand, long Since, long? Until);

/// <summary>A membership by hand that policy has suspended.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="MemberId">The member.</param>
/// <param name="Until">When it would have ended by itself, in microseconds since 1970; null for never.</param>
public readonly record struct SuspendedMembership(string GroupId, string MemberId, long? Until);

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
    private const string Columns = "group_id, member_id, by_rule, by_hand, since, until";

    /// <summary>The direct memberships of the given members.</summary>
    public static Task<List<Membership>> OfMembersAsync(
        Session session, IReadOnlyCollection<string> memberIds, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM membership WHERE " + session.Dialect.In("member_id", "@ids"), Read, cancel, ("ids", memberIds));

    /// <summary>The memberships of the given members that policy has suspended.</summary>
    public static Task<List<SuspendedMembership>> SuspendedAsync(
        Session session, IReadOnlyCollection<string> memberIds, CancellationToken cancel) => session.QueryAsync(
        "SELECT group_id, member_id, until FROM suspended_membership WHERE " + session.Dialect.In("member_id", "@ids"),
        r => new SuspendedMembership(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetInt64(2)),
        cancel,
        ("ids", memberIds));

    /// <summary>The membership, or null.</summary>
    public static Task<Membership?> FindAsync(Session session, string groupId, string memberId, CancellationToken cancel) =>
        session.FirstAsync<Membership?>(
            $"SELECT {Columns} FROM membership WHERE group_id = @group AND member_id = @member",
            r => Read(r),
            cancel,
            ("group", groupId), ("member", memberId));

    /// <summary>
    /// Memberships whose time is over, those that ended first before the others; nobody else writes them until the transaction ends.
    /// </summary>
    public static Task<List<Membership>> EndedAsync(Session session, long now, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM membership WHERE until IS NOT NULL AND until <= @now ORDER BY until LIMIT @limit{session.Dialect.ForWriting}",
        Read,
        cancel,
        ("now", now), ("limit", limit));

    /// <summary>The memberships that end by themselves until then, each with its worker where it is one's; in order of their ends.</summary>
    public static Task<List<(Membership Membership, string? Source, string? WorkerId, string? Department)>> EndingAsync(
        Session session, long until, CancellationToken cancel) => session.QueryAsync(
        "SELECT m.group_id, m.member_id, m.by_rule, m.by_hand, m.since, m.until, w.source, w.worker_id, w.department FROM membership m " +
        "LEFT JOIN worker w ON w.resource_id = m.member_id WHERE m.until IS NOT NULL AND m.until <= @until ORDER BY m.until, m.group_id, m.member_id",
        r => (Read(r), r.IsDBNull(6) ? null : r.GetString(6), r.IsDBNull(7) ? null : r.GetString(7), r.IsDBNull(8) ? null : r.GetString(8)),
        cancel,
        ("until", until));

    /// <summary>When the next membership ends by itself, in microseconds since 1970; null where none does.</summary>
    public static Task<long?> NextEndAsync(Session session, CancellationToken cancel) => session.FirstAsync(
        "SELECT min(until) FROM membership WHERE until IS NOT NULL", r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0), cancel);

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

    /// <summary>The memberships of those of the given members who are in the group.</summary>
    public static Task<List<Membership>> AmongAsync(
        Session session, string groupId, IReadOnlyCollection<string> memberIds, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM membership WHERE group_id = @group AND " + session.Dialect.In("member_id", "@members"),
        Read,
        cancel,
        ("group", groupId), ("members", memberIds));

    /// <summary>All memberships of a group.</summary>
    public static Task<List<Membership>> AllAsync(Session session, string groupId, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM membership WHERE group_id = @group", Read, cancel, ("group", groupId));

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

    private static Membership Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetBoolean(2), r.GetBoolean(3), r.GetInt64(4), r.IsDBNull(5) ? null : r.GetInt64(5));

    private static GroupMember ReadMember(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3));
}
