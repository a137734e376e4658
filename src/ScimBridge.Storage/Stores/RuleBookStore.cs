using System.Data.Common;

namespace ScimBridge.Storage.Stores;

/// <summary>The rules of one kind: those in force, and what is wanted instead.</summary>
/// <param name="InForce">The rules by which decisions are made, as JSON; of groups empty for what the product does by itself.</param>
/// <param name="Wanted">The rules that are to be in force, likewise; null where they are.</param>
/// <param name="Approved">Somebody has approved what is wanted.</param>
/// <param name="HoldId">The hold that what is wanted waits in; null where it waits for nobody.</param>
/// <param name="Marked">Everybody is being made due for a decision by the rules in force: who was last; null when everybody is.</param>
public sealed record RuleBookRow(string InForce, string? Wanted, bool Approved, string? HoldId, (string Source, long Number)? Marked)
{
    /// <summary>Whether there is something to do that waits for nobody.</summary>
    public bool IsOpen => Marked is not null || (Wanted is not null && (HoldId is null || Approved));
}

/// <summary>A membership that rules which are held would take.</summary>
/// <param name="Seq">Its place in the preview.</param>
/// <param name="Source">The source of the worker.</param>
/// <param name="WorkerId">The source's key of the worker.</param>
/// <param name="GroupId">The group.</param>
public readonly record struct HeldMembership(long Seq, string Source, string WorkerId, string GroupId);

/// <summary>A worker whom a policy that is held would treat otherwise.</summary>
/// <param name="Seq">Its place in the preview.</param>
/// <param name="Source">The source of the worker.</param>
/// <param name="WorkerId">The source's key of the worker.</param>
/// <param name="Effects">What it would do to the worker: words, separated by blanks.</param>
/// <param name="RuleBefore">The rule of the lifecycle that speaks of the worker by the policy in force.</param>
/// <param name="Rule">The rule that would.</param>
public readonly record struct HeldDecision(long Seq, string Source, string WorkerId, string Effects, string RuleBefore, string Rule);

/// <summary>A role or an entitlement that rules which are held would take.</summary>
/// <param name="Seq">Its place in the preview.</param>
/// <param name="Source">The source of the worker.</param>
/// <param name="WorkerId">The source's key of the worker.</param>
/// <param name="Attribute"><c>roles</c> or <c>entitlements</c>.</param>
/// <param name="Value">Its value.</param>
public readonly record struct HeldGrant(long Seq, string Source, string WorkerId, string Attribute, string Value);

/// <summary>Reads and writes which rules are in force: those of groups, those of the lifecycle, and those of roles and entitlements.</summary>
public static class RuleBookStore
{
    /// <summary>The rules of groups.</summary>
    public const string Groups = "groups";

    /// <summary>The policy of the lifecycle.</summary>
    public const string Lifecycle = "lifecycle";

    /// <summary>The rules of roles and entitlements.</summary>
    public const string Grants = "grants";

    /// <summary>All kinds of rules.</summary>
    public static IReadOnlyList<string> Names { get; } = [Groups, Lifecycle, Grants];

    /// <summary>The state; null before anything was ever wanted.</summary>
    public static Task<RuleBookRow?> FindAsync(Session session, string name, CancellationToken cancel) => session.FirstAsync<RuleBookRow?>(
        "SELECT in_force, wanted, approved, hold_id, marked_source, marked_number FROM rule_book WHERE name = @name",
        Read,
        cancel,
        ("name", name));

    /// <summary>
    /// Wants other rules: nothing, where they are wanted already or in force with nothing else wanted. The first rules ever are in force at once.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="name">The kind of rules.</param>
    /// <param name="rules">What is wanted.</param>
    /// <param name="marksFirst">Whether everybody is made due by the first rules ever, too.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The hold, open until now, of what was wanted before.</returns>
    public static async Task<string?> WantAsync(Session session, string name, string rules, bool marksFirst, CancellationToken cancel)
    {
        var first = await session.ExecuteAsync(
            "INSERT INTO rule_book (name, in_force, marked_source, marked_number) VALUES (@name, @rules, @source, CAST(@number AS bigint)) " +
            "ON CONFLICT (name) DO NOTHING",
            cancel,
            ("name", name), ("rules", rules), ("source", marksFirst ? "" : null), ("number", marksFirst ? -1L : null));
        if (first > 0)
            return null;
        var before = await FindAsync(session, name, cancel);
        if (before is null || rules == (before.Wanted ?? before.InForce))
            return null;
        await session.ExecuteAsync(
            "UPDATE rule_book SET wanted = @rules, approved = false, hold_id = NULL WHERE name = @name",
            cancel,
            ("name", name), ("rules", rules == before.InForce ? null : rules));
        return before.HoldId;
    }

    /// <summary>Puts what is wanted in force, and begins to make everybody due; nothing where something else is wanted by now.</summary>
    public static async Task<bool> PutInForceAsync(Session session, string name, string wanted, CancellationToken cancel) => await session.ExecuteAsync(
        "UPDATE rule_book SET in_force = wanted, wanted = NULL, approved = false, hold_id = NULL, marked_source = '', marked_number = -1 " +
        "WHERE name = @name AND wanted = @wanted",
        cancel,
        ("name", name), ("wanted", wanted)) > 0;

    /// <summary>Notes the hold of what is wanted; false where something else is wanted by now.</summary>
    public static async Task<bool> HeldAsync(Session session, string name, string wanted, string holdId, CancellationToken cancel) =>
        await session.ExecuteAsync(
            "UPDATE rule_book SET hold_id = @hold WHERE name = @name AND wanted = @wanted",
            cancel,
            ("name", name), ("wanted", wanted), ("hold", holdId)) > 0;

    /// <summary>Approves what waits in the hold, or gives it up; false where it waits no longer.</summary>
    public static async Task<bool> DecideAsync(Session session, string name, string holdId, bool approve, CancellationToken cancel) => await session.ExecuteAsync(
        approve
            ? "UPDATE rule_book SET approved = true WHERE name = @name AND hold_id = @hold"
            : "UPDATE rule_book SET wanted = NULL, hold_id = NULL WHERE name = @name AND hold_id = @hold",
        cancel,
        ("name", name), ("hold", holdId)) > 0;

    /// <summary>Notes how far making everybody due has come; null when it is done.</summary>
    public static Task MarkedAsync(Session session, string name, (string Source, long Number)? marked, CancellationToken cancel) =>
        session.ExecuteAsync(
            "UPDATE rule_book SET marked_source = @source, marked_number = CAST(@number AS bigint) WHERE name = @name",
            cancel,
            ("name", name), ("source", marked?.Source), ("number", marked?.Number));

    /// <summary>Writes the preview of a hold of rules of groups.</summary>
    public static Task PreviewAsync(Session session, string holdId, IEnumerable<HeldMembership> lost, CancellationToken cancel)
    {
        var rows = new Rows("hold_id", "seq:int", "source", "worker_id", "group_id");
        foreach (var l in lost)
            rows.Add(holdId, l.Seq, l.Source, l.WorkerId, l.GroupId);
        return session.ExecuteAsync("INSERT INTO held_membership (hold_id, seq, source, worker_id, group_id) {rows}", rows, cancel);
    }

    /// <summary>Writes the preview of a hold of a policy.</summary>
    public static Task PreviewAsync(Session session, string holdId, IEnumerable<HeldDecision> others, CancellationToken cancel)
    {
        var rows = new Rows("hold_id", "seq:int", "source", "worker_id", "effects", "rule_before", "rule");
        foreach (var o in others)
            rows.Add(holdId, o.Seq, o.Source, o.WorkerId, o.Effects, o.RuleBefore, o.Rule);
        return session.ExecuteAsync(
            "INSERT INTO held_decision (hold_id, seq, source, worker_id, effects, rule_before, rule) {rows}", rows, cancel);
    }

    /// <summary>The preview of a hold of a policy, at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<HeldDecision>> PreviewedDecisionsAsync(
        Session session, string holdId, long after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT seq, source, worker_id, effects, rule_before, rule FROM held_decision WHERE hold_id = @hold AND seq > @after ORDER BY seq LIMIT @limit",
        r => new HeldDecision(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5)),
        cancel,
        ("hold", holdId), ("after", after), ("limit", limit));

    /// <summary>The preview of a hold of rules of groups, at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<HeldMembership>> PreviewedAsync(
        Session session, string holdId, long after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT seq, source, worker_id, group_id FROM held_membership WHERE hold_id = @hold AND seq > @after ORDER BY seq LIMIT @limit",
        r => new HeldMembership(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3)),
        cancel,
        ("hold", holdId), ("after", after), ("limit", limit));

    /// <summary>Writes the preview of a hold of rules of roles and entitlements.</summary>
    public static Task PreviewAsync(Session session, string holdId, IEnumerable<HeldGrant> lost, CancellationToken cancel)
    {
        var rows = new Rows("hold_id", "seq:int", "source", "worker_id", "attribute", "value");
        foreach (var l in lost)
            rows.Add(holdId, l.Seq, l.Source, l.WorkerId, l.Attribute, l.Value);
        return session.ExecuteAsync("INSERT INTO held_grant (hold_id, seq, source, worker_id, attribute, value) {rows}", rows, cancel);
    }

    /// <summary>The preview of a hold of rules of roles and entitlements, at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<HeldGrant>> PreviewedGrantsAsync(
        Session session, string holdId, long after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT seq, source, worker_id, attribute, value FROM held_grant WHERE hold_id = @hold AND seq > @after ORDER BY seq LIMIT @limit",
        r => new HeldGrant(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)),
        cancel,
        ("hold", holdId), ("after", after), ("limit", limit));

    private static RuleBookRow Read(DbDataReader r) => new(
        r.GetString(0),
        r.IsDBNull(1) ? null : r.GetString(1),
        r.GetBoolean(2),
        r.IsDBNull(3) ? null : r.GetString(3),
        r.IsDBNull(4) ? null : (r.GetString(4), r.GetInt64(5)));
}
