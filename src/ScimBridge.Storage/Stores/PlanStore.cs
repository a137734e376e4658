using System.Data.Common;
using System.Text.Json;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Storage.Stores;

/// <summary>A plan as it is kept.</summary>
/// <param name="Id">The id.</param>
/// <param name="Kind"><c>now</c>, <c>date</c>, <c>batch</c>, <c>configuration</c> or <c>rollback</c>.</param>
/// <param name="State"><c>making</c>, <c>ready</c>, <c>executing</c> or <c>executed</c>.</param>
/// <param name="CreatedAt">When it was made, in microseconds since 1970.</param>
/// <param name="CreatedBy">Who asked for it.</param>
/// <param name="ExpiresAt">When it is forgotten, in microseconds since 1970.</param>
/// <param name="Configuration">Fingerprint of the configuration that it is about.</param>
public sealed record StoredPlan(
    string Id, string Kind, string State, long CreatedAt, string CreatedBy, long ExpiresAt, string Configuration)
{
    /// <summary>The instant that it is about, in microseconds since 1970; null for that at which it was made.</summary>
    public long? At { get; init; }

    /// <summary>Of a batch: its source.</summary>
    public string? Source { get; init; }

    /// <summary>Of a batch: JSON of what its sender said, with the checksum of its bytes. Of a rollback: what it takes back.</summary>
    public string? Manifest { get; init; }

    /// <summary>Targets at which everything was compared, and not only what would change at the bridge itself.</summary>
    public IReadOnlyList<string> Compared { get; init; } = [];

    /// <summary>How many items are kept.</summary>
    public long Items { get; init; }

    /// <summary>Whether it takes somebody who may approve to execute it.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>JSON of the figures; null while it is being made.</summary>
    public string? Summary { get; init; }

    /// <summary>When it was executed, in microseconds since 1970.</summary>
    public long? ExecutedAt { get; init; }

    /// <summary>Who had it executed.</summary>
    public string? ExecutedBy { get; init; }
}

/// <summary>Plans and their items.</summary>
public static class PlanStore
{
    private const string Columns = "id, kind, state, created_at, created_by, expires_at, configuration, at, source, manifest, compared, items, " +
        "needs_approval, summary, executed_at, executed_by";

    /// <summary>Adds a plan that is about to be made.</summary>
    public static Task AddAsync(Session session, StoredPlan plan, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO plan (id, kind, state, created_at, created_by, expires_at, configuration, at, source, manifest, compared) VALUES " +
        "(@id, @kind, 'making', @created, @by, @expires, @configuration, CAST(@at AS bigint), @source, @manifest, @compared)",
        cancel,
        ("id", plan.Id), ("kind", plan.Kind), ("created", plan.CreatedAt), ("by", plan.CreatedBy), ("expires", plan.ExpiresAt),
        ("configuration", plan.Configuration), ("at", plan.At), ("source", plan.Source), ("manifest", plan.Manifest),
        ("compared", JsonSerializer.Serialize(plan.Compared)));

    /// <summary>Appends items.</summary>
    /// <param name="session">The session.</param>
    /// <param name="planId">The plan.</param>
    /// <param name="first">The number of the first of them.</param>
    /// <param name="items">The items.</param>
    /// <param name="cancel">Ends it.</param>
    public static Task AddItemsAsync(Session session, string planId, long first, IEnumerable<PlanItem> items, CancellationToken cancel)
    {
        var rows = new Rows(
            "plan_id", "seq:int", "subject", "source", "worker_id", "resource_id", "target", "operation", "rule", "department", "group_key",
            "attributes", "basis");
        foreach (var i in items)
        {
            rows.Add(
                planId, first++, i.Subject, i.Source, i.WorkerId, i.ResourceId, i.Target ?? "", i.Operation.Word(), i.Rule, i.Department, i.Group,
                i.Attributes.Count == 0 ? "[]" : JsonSerializer.Serialize(i.Attributes), i.Basis);
        }

        return session.ExecuteAsync(
            "INSERT INTO plan_item (plan_id, seq, subject, source, worker_id, resource_id, target, operation, rule, department, group_key, " +
            "attributes, basis) {rows}",
            rows,
            cancel);
    }

    /// <summary>Notes that a plan is made.</summary>
    public static Task FinishAsync(
        Session session, string id, long items, bool needsApproval, string summary, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE plan SET state = 'ready', items = @items, needs_approval = @needs, summary = @summary WHERE id = @id",
        cancel,
        ("id", id), ("items", items), ("needs", needsApproval), ("summary", summary));

    /// <summary>The plan, or null.</summary>
    public static Task<StoredPlan?> FindAsync(Session session, string id, CancellationToken cancel) => session.FirstAsync<StoredPlan?>(
        $"SELECT {Columns} FROM plan WHERE id = @id", Read, cancel, ("id", id));

    /// <summary>Plans, newest first, those before an id.</summary>
    public static Task<List<StoredPlan>> ListAsync(Session session, string? before, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM plan WHERE (@before IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit",
        Read,
        cancel,
        ("before", before), ("limit", limit));

    /// <summary>Items in their order, those after a number; of one target (empty: the bridge itself), of one operation.</summary>
    public static Task<List<(long Seq, PlanItem Item)>> ItemsAsync(
        Session session, string planId, string? target, PlannedOperation? operation, long after, int limit, CancellationToken cancel) =>
        session.QueryAsync(
            "SELECT seq, subject, source, worker_id, resource_id, target, operation, rule, department, group_key, attributes, basis FROM plan_item " +
            "WHERE plan_id = @plan AND seq > @after" + (target is null ? "" : " AND target = @target") +
            (operation is null ? "" : " AND operation = @operation") + " ORDER BY seq LIMIT @limit",
            ReadItem,
            cancel,
            [
                ("plan", planId), ("after", after), ("limit", limit),
                .. target is null ? Array.Empty<(string, object?)>() : [("target", target)],
                .. operation is null ? Array.Empty<(string, object?)>() : [("operation", operation.Value.Word())],
            ]);

    /// <summary>Moves a plan from one state to the next; false where it is in another.</summary>
    public static async Task<bool> MoveAsync(Session session, string id, string from, string to, CancellationToken cancel) =>
        await session.ExecuteAsync("UPDATE plan SET state = @to WHERE id = @id AND state = @from", cancel, ("id", id), ("from", from), ("to", to)) > 0;

    /// <summary>Notes that a plan was executed.</summary>
    public static Task ExecutedAsync(Session session, string id, string by, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE plan SET state = 'executed', executed_at = @now, executed_by = @by WHERE id = @id", cancel, ("id", id), ("by", by), ("now", now));

    /// <summary>Forgets plans that have expired, and all but the newest <paramref name="kept"/>.</summary>
    public static Task ExpireAsync(Session session, long now, int kept, CancellationToken cancel) => session.ExecuteAsync(
        "DELETE FROM plan WHERE state <> 'executing' AND (expires_at <= @now OR id NOT IN (SELECT id FROM plan ORDER BY id DESC LIMIT @kept))",
        cancel,
        ("now", now), ("kept", kept));

    /// <summary>Forgets a plan that could not be made.</summary>
    public static Task ForgetAsync(Session session, string id, CancellationToken cancel) =>
        session.ExecuteAsync("DELETE FROM plan WHERE id = @id", cancel, ("id", id));

    /// <summary>
    /// Which of the memberships the target has acknowledged. Asked pair by pair: groups and members apart would be compared each with each.
    /// </summary>
    public static async Task<HashSet<(string GroupId, string MemberId)>> AcknowledgedAsync(
        Session session, string target, IReadOnlyCollection<(string GroupId, string MemberId)> pairs, CancellationToken cancel)
    {
        if (pairs.Count == 0)
            return [];
        // Ids are UUIDs: 36 characters each.
        var rows = await session.QueryAsync(
            "SELECT t.group_id, t.member_id FROM " + session.Dialect.ForEach(
                "@pairs", "link_member", "t.target = @target AND t.group_id = substr(i.id, 1, 36) AND t.member_id = substr(i.id, 37)"),
            r => (r.GetString(0), r.GetString(1)),
            cancel,
            ("target", target), ("pairs", pairs.Select(p => p.GroupId + p.MemberId).ToArray()));
        return [.. rows];
    }

    /// <summary>Users and groups in order of ids, from the one after <paramref name="after"/> on, each with its worker where it has one.</summary>
    public static Task<List<(ResourceRow Row, string? Source, string? WorkerId, string? Department)>> ResourcesAsync(
        Session session, string type, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT r.id, r.type, r.version, r.created_at, r.modified_at, r.body, r.origin, w.source, w.worker_id, w.department FROM (" +
        "SELECT * FROM resource WHERE type = @type AND id > @after ORDER BY id LIMIT @limit) r LEFT JOIN worker w ON w.resource_id = r.id ORDER BY r.id",
        r => (ResourceStore.Read(r), Text(r, 7), Text(r, 8), Text(r, 9)),
        cancel,
        ("type", type), ("after", after), ("limit", limit));

    /// <summary>Users whose accounts at the target wait for an account of one of these managers, each with its worker where it has one.</summary>
    public static Task<List<(ResourceRow Row, string? Source, string? WorkerId, string? Department)>> AwaitingAsync(
        Session session, string target, IReadOnlyCollection<string> managers, CancellationToken cancel) => session.QueryAsync(
        "SELECT r.id, r.type, r.version, r.created_at, r.modified_at, r.body, r.origin, w.source, w.worker_id, w.department FROM link l " +
        "JOIN resource r ON r.id = l.resource_id LEFT JOIN worker w ON w.resource_id = r.id " +
        $"WHERE l.target = @target AND l.awaits IS NOT NULL AND {session.Dialect.In("l.awaits", "@ids")} ORDER BY r.id",
        r => (ResourceStore.Read(r), Text(r, 7), Text(r, 8), Text(r, 9)),
        cancel,
        ("target", target), ("ids", managers));

    /// <summary>Memberships in order, from the one after the given on, each with its worker where it has one.</summary>
    public static Task<List<(string GroupId, string MemberId, string? Source, string? WorkerId, string? Department)>> MembershipsAsync(
        Session session, string afterGroup, string afterMember, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT m.group_id, m.member_id, w.source, w.worker_id, w.department FROM (SELECT group_id, member_id FROM membership " +
        "WHERE (group_id, member_id) > (@group, @member) ORDER BY group_id, member_id LIMIT @limit) m " +
        "LEFT JOIN worker w ON w.resource_id = m.member_id ORDER BY m.group_id, m.member_id",
        r => (r.GetString(0), r.GetString(1), Text(r, 2), Text(r, 3), Text(r, 4)),
        cancel,
        ("group", afterGroup), ("member", afterMember), ("limit", limit));

    private static StoredPlan Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetString(4), r.GetInt64(5), r.GetString(6))
    {
        At = Number(r, 7),
        Source = Text(r, 8),
        Manifest = Text(r, 9),
        Compared = JsonSerializer.Deserialize<string[]>(r.GetString(10))!,
        Items = r.GetInt64(11),
        NeedsApproval = r.GetBoolean(12),
        Summary = Text(r, 13),
        ExecutedAt = Number(r, 14),
        ExecutedBy = Text(r, 15),
    };

    private static (long, PlanItem) ReadItem(DbDataReader r) => (r.GetInt64(0), new PlanItem
    {
        Subject = r.GetString(1),
        Source = Text(r, 2),
        WorkerId = Text(r, 3),
        ResourceId = Text(r, 4),
        Target = r.GetString(5) is { Length: > 0 } target ? target : null,
        Operation = PlannedOperations.OfWord(r.GetString(6))!.Value,
        Rule = r.GetString(7),
        Department = Text(r, 8),
        Group = Text(r, 9),
        Attributes = JsonSerializer.Deserialize<string[]>(r.GetString(10))!,
        Basis = r.GetString(11),
    });

    private static long? Number(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetInt64(column);

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
