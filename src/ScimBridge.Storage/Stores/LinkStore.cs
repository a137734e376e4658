using System.Data.Common;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Storage.Stores;

/// <summary>How many accounts are linked at a target.</summary>
public readonly record struct LinkCount(long Users, long ActiveUsers, long Groups);

/// <summary>The links between resources and accounts.</summary>
public static class LinkStore
{
    /// <summary>The links of the given resources at a target.</summary>
    public static async Task<Dictionary<string, Link>> FindAsync(
        Session session, string target, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        if (resourceIds.Count == 0)
            return new(StringComparer.Ordinal);
        var links = await session.QueryAsync(
            "SELECT resource_id, remote_id, active, delivered, awaits FROM link WHERE target = @target AND " +
            session.Dialect.In("resource_id", "@ids"),
            Read,
            cancel,
            ("target", target), ("ids", resourceIds));
        return links.ToDictionary(l => l.ResourceId, StringComparer.Ordinal);
    }

    /// <summary>
    /// Which of the given members are in which of the given groups at the target: true where it has acknowledged that, false where a
    /// membership was being begun and its outcome is not known.
    /// </summary>
    public static async Task<Dictionary<(string GroupId, string MemberId), bool>> FindMembersAsync(
        Session session, string target, IReadOnlyCollection<string> groupIds, IReadOnlyCollection<string> memberIds, CancellationToken cancel)
    {
        if (groupIds.Count == 0)
            return [];
        var rows = await session.QueryAsync(
            "SELECT group_id, member_id, sure FROM link_member WHERE target = @target AND " +
            session.Dialect.In("group_id", "@groups") + " AND " + session.Dialect.In("member_id", "@members"),
            r => (Key: (r.GetString(0), r.GetString(1)), IsSure: r.GetBoolean(2)),
            cancel,
            ("target", target), ("groups", groupIds), ("members", memberIds));
        return rows.ToDictionary(r => r.Key, r => r.IsSure);
    }

    /// <summary>Writes links, whether they exist or not.</summary>
    public static Task PutAsync(Session session, string target, IEnumerable<Link> links, long now, CancellationToken cancel)
    {
        var rows = new Rows("target", "resource_id", "remote_id", "active:bool", "delivered", "awaits", "updated_at:int");
        foreach (var link in links.OrderBy(l => l.ResourceId, StringComparer.Ordinal))
            rows.Add(target, link.ResourceId, link.RemoteId, link.Active, link.Delivered, link.Awaits, now);
        return session.ExecuteAsync(
            "INSERT INTO link (target, resource_id, remote_id, active, delivered, awaits, updated_at) {rows} " +
            "ON CONFLICT (target, resource_id) DO UPDATE SET remote_id = excluded.remote_id, active = excluded.active, " +
            "delivered = excluded.delivered, awaits = excluded.awaits, updated_at = excluded.updated_at",
            rows,
            cancel);
    }

    /// <summary>Notes that accounts have been seen to be usable, whatever was thought of them.</summary>
    public static Task SeenUsableAsync(
        Session session, string target, IReadOnlyCollection<string> resourceIds, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE link SET active = true, updated_at = @now WHERE target = @target AND remote_id IS NOT NULL AND " + session.Dialect.In("resource_id", "@ids"),
        cancel,
        ("target", target), ("now", now), ("ids", resourceIds));

    /// <summary>Forgets links of accounts that are gone, and what was known of their memberships.</summary>
    public static async Task ForgetAsync(
        Session session, string target, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        if (resourceIds.Count == 0)
            return;
        var ids = ("ids", (object?)resourceIds);
        await session.ExecuteAsync(
            "DELETE FROM link WHERE target = @target AND " + session.Dialect.In("resource_id", "@ids"), cancel, ("target", target), ids);
        await session.ExecuteAsync(
            $"DELETE FROM link_member WHERE target = @target AND ({session.Dialect.In("group_id", "@ids")} OR {session.Dialect.In("member_id", "@ids")})",
            cancel,
            ("target", target),
            ids);
    }

    /// <summary>Writes which memberships the target has acknowledged as begun and as ended.</summary>
    public static async Task PutMembersAsync(
        Session session,
        string target,
        IEnumerable<(string GroupId, string MemberId)> joined,
        IEnumerable<(string GroupId, string MemberId)> left,
        CancellationToken cancel)
    {
        Rows Of(IEnumerable<(string GroupId, string MemberId)> members)
        {
            var rows = new Rows("target", "group_id", "member_id");
            foreach (var (group, member) in members)
                rows.Add(target, group, member);
            return rows;
        }

        await session.ExecuteAsync("DELETE FROM link_member WHERE (target, group_id, member_id) IN ({rows})", Of(left), cancel);
        await session.ExecuteAsync(
            "INSERT INTO link_member (target, group_id, member_id) {rows} ON CONFLICT (target, group_id, member_id) DO UPDATE SET sure = true",
            Of(joined),
            cancel);
    }

    /// <summary>Notes, before the call, that memberships are being begun.</summary>
    public static Task TryMembersAsync(
        Session session, string target, IEnumerable<(string GroupId, string MemberId)> joining, CancellationToken cancel)
    {
        var rows = new Rows("target", "group_id", "member_id", "sure:bool");
        foreach (var (group, member) in joining.Order())
            rows.Add(target, group, member, false);
        return session.ExecuteAsync(
            "INSERT INTO link_member (target, group_id, member_id, sure) {rows} ON CONFLICT (target, group_id, member_id) DO NOTHING", rows, cancel);
    }

    /// <summary>The targets at which anybody has an account, or had one coming.</summary>
    public static Task<List<string>> TargetsAsync(Session session, CancellationToken cancel) => session.QueryAsync(
        // From each to the next by the key: there are few of them and many accounts.
        "WITH RECURSIVE t (name) AS (SELECT min(target) FROM link UNION ALL SELECT (SELECT min(target) FROM link WHERE target > t.name) FROM t WHERE t.name IS NOT NULL) " +
        "SELECT name FROM t WHERE name IS NOT NULL",
        r => r.GetString(0),
        cancel);

    /// <summary>How many accounts are linked at the target.</summary>
    public static async Task<LinkCount> CountAsync(Session session, string target, CancellationToken cancel) => await session.FirstAsync(
        "SELECT coalesce(sum(CASE WHEN r.type = 'User' THEN 1 ELSE 0 END), 0), " +
        "coalesce(sum(CASE WHEN r.type = 'User' AND l.active THEN 1 ELSE 0 END), 0), " +
        "coalesce(sum(CASE WHEN r.type = 'Group' THEN 1 ELSE 0 END), 0) " +
        "FROM link l JOIN resource r ON r.id = l.resource_id WHERE l.target = @target AND l.remote_id IS NOT NULL",
        r => new LinkCount(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)),
        cancel,
        ("target", target));

    private static Link Read(DbDataReader r) => new(
        r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetBoolean(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4));
}
