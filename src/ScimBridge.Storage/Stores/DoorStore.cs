using ScimBridge.Provisioning.Lifecycle;

namespace ScimBridge.Storage.Stores;

/// <summary>What passes the door of a target, and what waits at it.</summary>
public static class DoorStore
{
    /// <summary>The kind of hold that accounts wait in at the door.</summary>
    public const string HoldKind = "guard";

    /// <summary>How many accounts were let be disabled or deleted since then, without a person's approval.</summary>
    public static async Task<long> PassedSinceAsync(Session session, string target, string effect, long since, CancellationToken cancel) =>
        await session.FirstAsync(
            "SELECT count(*) FROM door_passed WHERE target = @target AND effect = @effect AND at > @since AND NOT approved",
            r => r.GetInt64(0),
            cancel,
            ("target", target), ("effect", effect), ("since", since));

    /// <summary>Which of the accounts have passed since then: a call that is tried again counts once.</summary>
    public static async Task<HashSet<string>> PassedAsync(
        Session session, string target, string effect, IReadOnlyCollection<string> resourceIds, long since, CancellationToken cancel) =>
        [.. await session.QueryAsync(
            "SELECT resource_id FROM door_passed WHERE target = @target AND effect = @effect AND at > @since AND " +
            session.Dialect.In("resource_id", "@ids"),
            r => r.GetString(0),
            cancel,
            ("target", target), ("effect", effect), ("since", since), ("ids", resourceIds))];

    /// <summary>
    /// How many linked and usable accounts are due in the lanes of those who leave and have not passed: what is about to come to the door.
    /// </summary>
    public static async Task<long> ComingAsync(Session session, string target, string effect, long now, long since, CancellationToken cancel) =>
        await session.FirstAsync(
            // Of what is due few leave: the sign keeps SQLite from going through all that waits.
            "SELECT count(*) FROM due d JOIN link l ON l.target = d.target AND l.resource_id = d.resource_id AND l.active " +
            "WHERE d.target = @target AND NOT d.dead AND d.hold_id IS NULL AND d.lane <= @last AND d.member_id = '' AND +d.due_at <= @now " +
            "AND NOT EXISTS (SELECT 1 FROM door_passed p WHERE p.target = d.target AND p.effect = @effect AND p.resource_id = d.resource_id " +
            "AND p.at > @since)",
            r => r.GetInt64(0),
            cancel,
            ("target", target), ("effect", effect), ("last", (int)Lane.Suspend), ("now", now), ("since", since));

    /// <summary>Lets accounts pass.</summary>
    public static Task PassAsync(
        Session session, string target, IEnumerable<(string Effect, string ResourceId)> passing, bool isApproved, long now, CancellationToken cancel)
    {
        var rows = new Rows("target", "effect", "resource_id", "at:int", "approved:bool");
        foreach (var (effect, resource) in passing.Order())
            rows.Add(target, effect, resource, now, isApproved);
        return session.ExecuteAsync(
            "INSERT INTO door_passed (target, effect, resource_id, at, approved) {rows} " +
            "ON CONFLICT (target, effect, resource_id) DO UPDATE SET at = excluded.at, approved = excluded.approved",
            rows,
            cancel);
    }

    /// <summary>Lets marks wait in the open hold of the target, which is opened where there is none.</summary>
    /// <param name="session">The session.</param>
    /// <param name="target">The target.</param>
    /// <param name="items">The marks.</param>
    /// <param name="newId">The id of a hold that would be new.</param>
    /// <param name="reasons">JSON: why, in figures.</param>
    /// <param name="now">The instant, in microseconds since 1970.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task HoldAsync(
        Session session, string target, IReadOnlyCollection<DueItem> items, string newId, string reasons, long now, CancellationToken cancel)
    {
        var id = await session.FirstAsync<string?>(
            "SELECT id FROM hold WHERE source = @source AND state = 'open' AND kind = @kind", r => r.GetString(0), cancel,
            ("source", SourceOf(target)), ("kind", HoldKind));
        if (id is null)
        {
            id = newId;
            await HoldStore.OpenAsync(
                session, new Hold(id, SourceOf(target), "", HoldKind, reasons, "open", 0, now, long.MaxValue / 4, null), [], cancel);
        }

        var rows = new Rows("target", "resource_id", "generation:int", "hold_id");
        foreach (var item in items.OrderBy(i => i.ResourceId, StringComparer.Ordinal))
            rows.Add(target, item.ResourceId, item.Generation, id);
        var held = await session.ExecuteAsync(
            "UPDATE due SET hold_id = v.hold_id FROM ({rows}) AS v WHERE due.target = v.target AND due.resource_id = v.resource_id " +
            "AND due.member_id = '' AND due.generation = v.generation AND due.hold_id IS NULL",
            rows,
            cancel);
        await session.ExecuteAsync(
            "UPDATE hold SET records = records + @held, reasons = @reasons WHERE id = @id", cancel, ("id", id), ("held", held), ("reasons", reasons));
    }

    /// <summary>The resources whose accounts wait in a hold, at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<(string ResourceId, bool Exists)>> OfHoldAsync(
        Session session, string holdId, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT d.resource_id, r.id IS NOT NULL FROM due d LEFT JOIN resource r ON r.id = d.resource_id " +
        "WHERE d.hold_id = @id AND d.resource_id > @after ORDER BY d.resource_id LIMIT @limit",
        r => (r.GetString(0), r.GetBoolean(1)),
        cancel,
        ("id", holdId), ("after", after), ("limit", limit));

    /// <summary>Ends the waiting of marks: they go on, or are refused for good; answers with how many that were.</summary>
    public static async Task<long> DecideAsync(
        Session session, Hold hold, IReadOnlyCollection<string> resourceIds, bool approve, string by, long now, CancellationToken cancel)
    {
        var decided = await session.ExecuteAsync(
            (approve
                ? "UPDATE due SET hold_id = NULL, generation = generation + 1"
                : "UPDATE due SET hold_id = NULL, generation = generation + 1, dead = true, code = 'rejected', reason = 'Rejected at the door of the target.'") +
            " WHERE hold_id = @id AND " + session.Dialect.In("resource_id", "@ids"),
            cancel,
            ("id", hold.Id), ("ids", resourceIds));
        if (approve)
        {
            await PassAsync(
                session, TargetOf(hold), resourceIds.SelectMany(r => new[] { ("disable", r), ("delete", r) }), isApproved: true, now, cancel);
        }

        await session.ExecuteAsync(
            "UPDATE hold SET state = 'decided', decided_at = @now, decided_by = @by WHERE id = @id AND state = 'open' " +
            "AND NOT EXISTS (SELECT 1 FROM due WHERE hold_id = @id)",
            cancel,
            ("id", hold.Id), ("by", by), ("now", now));
        return decided;
    }

    /// <summary>The target whose door a hold is at.</summary>
    public static string TargetOf(Hold hold)
    {
        ArgumentNullException.ThrowIfNull(hold);
        return hold.Source["target:".Length..];
    }

    /// <summary>Which of the resources are members, in the bridge or at the target, of groups with these names.</summary>
    public static async Task<HashSet<string>> MembersAsync(
        Session session, string target, IReadOnlyCollection<string> groupNames, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        var dialect = session.Dialect;
        var name = dialect.JsonText(dialect.JsonOf("g.body"), "displayName");
        (string, object?)[] parameters = [("target", target), ("names", groupNames), ("ids", resourceIds)];
        return
        [
            .. await session.QueryAsync(
                $"SELECT m.member_id FROM membership m JOIN resource g ON g.id = m.group_id WHERE {dialect.In("m.member_id", "@ids")} AND {dialect.In(name, "@names")} " +
                $"UNION SELECT m.member_id FROM link_member m JOIN resource g ON g.id = m.group_id WHERE m.target = @target AND {dialect.In("m.member_id", "@ids")} AND {dialect.In(name, "@names")}",
                r => r.GetString(0),
                cancel,
                parameters),
        ];
    }

    /// <summary>What stands for a target where a hold names its source.</summary>
    public static string SourceOf(string target) => "target:" + target;
}
