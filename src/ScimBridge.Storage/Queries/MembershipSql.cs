namespace ScimBridge.Storage.Queries;

/// <summary>The parts of statements that walk memberships. A walk gathers a set, so it ends where groups contain
/// each other; nothing is shown as a group of itself.</summary>
internal static class MembershipSql
{
    /// <summary>The ids of all groups that a member is in, by whatever way.</summary>
    public static string Above(Dialect dialect, string member) =>
        $"WITH RECURSIVE above(id) AS (SELECT group_id FROM membership WHERE member_id = {member} " +
        $"UNION SELECT m.group_id FROM above JOIN membership AS m ON {dialect.LookedUp("m.member_id", "above.id")}) SELECT id FROM above WHERE id <> {member}";

    /// <summary>
    /// The ids of all that are in a group, by whatever way. The step asks for a range of one: PostgreSQL judges an equality by the average
    /// group, and where one holds everybody that is most of the table, which it would then read as a whole.
    /// </summary>
    public static string Below(Dialect dialect, string group) =>
        $"WITH RECURSIVE below(id) AS (SELECT {dialect.Binary($"CAST({group} AS text)")} " +
        $"UNION SELECT m.member_id FROM below JOIN membership AS m ON m.group_id BETWEEN below.id AND below.id) SELECT id FROM below WHERE id <> {group}";

    /// <summary>The condition that a member is in a group itself.</summary>
    public static string IsDirect(Dialect dialect, string group, string member) =>
        $"EXISTS (SELECT 1 FROM membership AS direct WHERE {dialect.LookedUp("direct.group_id", group)} AND direct.member_id = {member})";

    /// <summary>The name by which a resource is shown in a group: its <c>displayName</c>, else its <c>userName</c>.</summary>
    public static string Display(Dialect dialect, string json) =>
        $"coalesce(nullif({dialect.JsonText(json, "displayName")}, ''), {dialect.JsonText(json, "userName")})";
}
