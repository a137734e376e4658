using System.Data.Common;
using System.Text.Json;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Storage.Stores;

/// <summary>A difference as it is kept.</summary>
/// <param name="Number">1, 2, 3, ... within its reconciliation.</param>
/// <param name="Difference">The difference.</param>
public readonly record struct StoredDifference(long Number, Difference Difference);

/// <summary>Whose an account at a target is, and since when that is known so.</summary>
/// <param name="Link">The link.</param>
/// <param name="UpdatedAt">When it was written last, in microseconds since 1970.</param>
public readonly record struct HeldLink(Link Link, long UpdatedAt);

/// <summary>Somebody who has left and had an account at a target.</summary>
/// <param name="ResourceId">Who.</param>
/// <param name="RemoteId">The account.</param>
/// <param name="Since">From when access was to have ended, in microseconds since 1970.</param>
/// <param name="IsOpen">The end of access is still being brought about.</param>
public readonly record struct FormerMember(string ResourceId, string RemoteId, long Since, bool IsOpen);

/// <summary>Reconciliations and what they found.</summary>
public static class ReconciliationStore
{
    private const string Columns =
        "id, target, scope, mode, requested_by, created_at, subject, state, phase, place, counts, differences, attempts, reason, approved, user_mark, " +
        "group_mark, started_at, finished_at, next_at";

    private const string LinkColumns = "resource_id, remote_id, active, delivered, awaits, updated_at";

    /// <summary>Adds a reconciliation that is to begin.</summary>
    public static Task AddAsync(Session session, Reconciliation reconciliation, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reconciliation);
        var r = reconciliation;
        return session.ExecuteAsync(
            "INSERT INTO reconciliation (id, target, scope, urgency, subject, mode, state, phase, counts, user_mark, group_mark, requested_by, created_at, next_at) " +
            "VALUES (@id, @target, @scope, @urgency, @subject, @mode, 'waiting', @phase, '{}', @users, @groups, @by, @created, @created)",
            cancel,
            ("id", r.Id), ("target", r.Target), ("scope", r.Scope), ("urgency", (long)Reconciliation.Scopes.ToList().IndexOf(r.Scope)), ("subject", r.Subject),
            ("mode", r.Mode), ("phase", r.Phase), ("users", r.UserMark), ("groups", r.GroupMark), ("by", r.RequestedBy), ("created", r.CreatedAt));
    }

    /// <summary>The reconciliation; null where there is none of that id.</summary>
    public static Task<Reconciliation?> FindAsync(Session session, string id, CancellationToken cancel) =>
        session.FirstAsync($"SELECT {Columns} FROM reconciliation WHERE id = @id", Read, cancel, ("id", id));

    /// <summary>Reconciliations, newest first, those before an id; of one target where it is named.</summary>
    public static Task<List<Reconciliation>> ListAsync(Session session, string? target, string? before, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM reconciliation WHERE (@target = '' OR target = @target) AND (@before = '' OR id < @before) ORDER BY id DESC LIMIT @limit",
        Read,
        cancel,
        ("target", target ?? ""), ("before", before ?? ""), ("limit", limit));

    /// <summary>The next one of a target to go on with: the smallest scope first, and of one scope the oldest.</summary>
    public static Task<Reconciliation?> NextAsync(Session session, string target, long now, CancellationToken cancel) => session.FirstAsync(
        $"SELECT {Columns} FROM reconciliation WHERE target = @target AND state IN ('waiting', 'running') AND next_at <= @now ORDER BY urgency, id LIMIT 1",
        Read,
        cancel,
        ("target", target), ("now", now));

    /// <summary>When one of a target is to go on, in microseconds since 1970; null where none is open.</summary>
    public static Task<long?> NextAtAsync(Session session, string target, CancellationToken cancel) => session.FirstAsync(
        "SELECT min(next_at) FROM reconciliation WHERE target = @target AND state IN ('waiting', 'running')",
        r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0),
        cancel,
        ("target", target));

    /// <summary>The newest of a scope at a target; null where there is none.</summary>
    public static Task<Reconciliation?> NewestAsync(Session session, string target, string scope, CancellationToken cancel) => session.FirstAsync(
        $"SELECT {Columns} FROM reconciliation WHERE target = @target AND scope = @scope ORDER BY id DESC LIMIT 1",
        Read,
        cancel,
        ("target", target), ("scope", scope));

    /// <summary>The newest of a scope at a target that is done; null where there is none.</summary>
    public static Task<Reconciliation?> NewestDoneAsync(Session session, string target, string scope, CancellationToken cancel) => session.FirstAsync(
        $"SELECT {Columns} FROM reconciliation WHERE target = @target AND scope = @scope AND state = 'done' ORDER BY id DESC LIMIT 1",
        Read,
        cancel,
        ("target", target), ("scope", scope));

    /// <summary>Writes how far it has come, with what was found and shown on the way.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="reconciliation">As it is now; <see cref="Reconciliation.Differences"/> counts those that are found here.</param>
    /// <param name="found">What was found.</param>
    /// <param name="about">What the seen are.</param>
    /// <param name="seen">Remote ids that a listing has shown.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task SaveAsync(
        Session session, Reconciliation reconciliation, IReadOnlyList<Difference> found, DifferenceSubject about, IEnumerable<string> seen, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reconciliation);
        ArgumentNullException.ThrowIfNull(found);
        var r = reconciliation;
        await session.ExecuteAsync(
            "UPDATE reconciliation SET state = @state, phase = @phase, place = @place, counts = @counts, differences = @differences, attempts = @attempts, " +
            "reason = @reason, approved = @approved, user_mark = @users, group_mark = @groups, started_at = CAST(@started AS bigint), finished_at = CAST(@finished AS bigint), " +
            "next_at = @next WHERE id = @id",
            cancel,
            ("id", r.Id), ("state", r.State), ("phase", r.Phase), ("place", r.Place), ("counts", r.Counts), ("differences", r.Differences),
            ("attempts", (long)r.Attempts), ("reason", r.Reason), ("approved", r.IsApproved), ("users", r.UserMark), ("groups", r.GroupMark),
            ("started", r.StartedAt), ("finished", r.FinishedAt), ("next", r.NextAt));
        var number = r.Differences - found.Count;
        var rows = new Rows("reconciliation_id", "number:int", "kind", "about", "resource_id", "remote_id", "group_id", "what", "standing", "because");
        foreach (var d in found)
        {
            rows.Add(
                r.Id, ++number, Words.Of(d.Kind), Words.Of(d.Of), d.ResourceId, d.RemoteId, d.GroupId, JsonSerializer.Serialize(d.What), Words.Of(d.Standing), d.Because);
        }

        await session.ExecuteAsync(
            "INSERT INTO difference (reconciliation_id, number, kind, about, resource_id, remote_id, group_id, what, standing, because) {rows}", rows, cancel);
        var shown = new Rows("reconciliation_id", "about", "remote_id");
        foreach (var id in seen.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            shown.Add(r.Id, Words.Of(about), id);
        await session.ExecuteAsync(
            "INSERT INTO reconciliation_seen (reconciliation_id, about, remote_id) {rows} ON CONFLICT (reconciliation_id, about, remote_id) DO NOTHING", shown, cancel);
    }

    /// <summary>Which of these a listing has shown before.</summary>
    public static async Task<HashSet<string>> SeenAsync(
        Session session, string id, DifferenceSubject about, IReadOnlyCollection<string> remoteIds, CancellationToken cancel) =>
    [
        .. await session.QueryAsync(
            "SELECT t.remote_id FROM " + session.Dialect.ForEach(
                "@ids", "reconciliation_seen", "t.reconciliation_id = @id AND t.about = @about AND t.remote_id = i.id"),
            r => r.GetString(0),
            cancel,
            ("id", id), ("about", Words.Of(about)), ("ids", remoteIds)),
    ];

    /// <summary>How many different ones a listing has shown.</summary>
    public static async Task<long> CountSeenAsync(Session session, string id, DifferenceSubject about, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*) FROM reconciliation_seen WHERE reconciliation_id = @id AND about = @about", r => r.GetInt64(0), cancel, ("id", id), ("about", Words.Of(about)));

    /// <summary>
    /// Resources of a type whose account no listing has shown, and those that have none, in order of ids; at most <paramref name="limit"/>
    /// after <paramref name="after"/>.
    /// </summary>
    public static Task<List<string>> UnseenAsync(
        Session session, string id, string target, AccountKind kind, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT r.id FROM resource r LEFT JOIN link l ON l.target = @target AND l.resource_id = r.id WHERE r.type = @type AND r.id > @after AND " +
        "(l.remote_id IS NULL OR NOT EXISTS (SELECT 1 FROM reconciliation_seen s WHERE s.reconciliation_id = @id AND s.about = @about AND s.remote_id = l.remote_id)) " +
        "ORDER BY r.id LIMIT @limit",
        r => r.GetString(0),
        cancel,
        ("id", id), ("target", target), ("type", kind.ToString()), ("about", Words.Of(Difference.SubjectOf(kind))), ("after", after), ("limit", limit));

    /// <summary>
    /// Service accounts that a target is known to have and that no listing has shown, in the order of their ids there; at most
    /// <paramref name="limit"/> after <paramref name="after"/>.
    /// </summary>
    public static Task<List<(string Id, string RemoteId)>> UnseenServiceAccountsAsync(
        Session session, string id, string target, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT a.resource_id, a.remote_id FROM service_account a WHERE a.target = @target AND a.remote_id IS NOT NULL AND a.remote_id > @after AND " +
        "a.use NOT IN ('proposed', 'deleted') AND NOT EXISTS (SELECT 1 FROM reconciliation_seen s WHERE s.reconciliation_id = @id AND s.about = @about AND " +
        "s.remote_id = a.remote_id) ORDER BY a.remote_id LIMIT @limit",
        r => (r.GetString(0), r.GetString(1)),
        cancel,
        ("id", id), ("target", target), ("about", Words.Of(DifferenceSubject.ServiceAccount)), ("after", after), ("limit", limit));

    /// <summary>Forgets what listings have shown.</summary>
    public static Task ForgetSeenAsync(Session session, string id, CancellationToken cancel) =>
        session.ExecuteAsync("DELETE FROM reconciliation_seen WHERE reconciliation_id = @id", cancel, ("id", id));

    /// <summary>Forgets reconciliations of a scope at a target that are over since before then.</summary>
    public static Task ForgetAsync(Session session, string target, string scope, long before, CancellationToken cancel) => session.ExecuteAsync(
        "DELETE FROM reconciliation WHERE target = @target AND scope = @scope AND state IN ('done', 'failed') AND finished_at < @before",
        cancel,
        ("target", target), ("scope", scope), ("before", before));

    /// <summary>Differences in their order, at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<StoredDifference>> DifferencesAsync(Session session, string id, long after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT number, kind, about, resource_id, remote_id, group_id, what, standing, because FROM difference WHERE reconciliation_id = @id AND number > @after " +
        "ORDER BY number LIMIT @limit",
        ReadDifference,
        cancel,
        ("id", id), ("after", after), ("limit", limit));

    /// <summary>What a reconciliation has found of some resources.</summary>
    public static Task<List<StoredDifference>> OfAsync(
        Session session, string id, IReadOnlyCollection<string> resourceIds, CancellationToken cancel) => session.QueryAsync(
        "SELECT number, kind, about, resource_id, remote_id, group_id, what, standing, because FROM difference WHERE reconciliation_id = @id AND " +
        $"resource_id IS NOT NULL AND {session.Dialect.In("resource_id", "@ids")} ORDER BY number",
        ReadDifference,
        cancel,
        ("id", id), ("ids", resourceIds));

    /// <summary>Of which of some accounts a reconciliation has found this.</summary>
    public static async Task<HashSet<string>> FoundAsync(
        Session session, string id, DifferenceKind kind, IReadOnlyCollection<string> remoteIds, CancellationToken cancel) =>
    [
        .. await session.QueryAsync(
            $"SELECT remote_id FROM difference WHERE reconciliation_id = @id AND kind = @kind AND {session.Dialect.In("remote_id", "@ids")}",
            r => r.GetString(0),
            cancel,
            ("id", id), ("kind", Words.Of(kind)), ("ids", remoteIds)),
    ];

    /// <summary>Writes how differences stand now.</summary>
    public static Task StandAsync(Session session, string id, IEnumerable<(long Number, Standing Standing, string? Because)> standing, CancellationToken cancel)
    {
        var rows = new Rows("reconciliation_id", "number:int", "standing", "because");
        foreach (var (number, stands, because) in standing)
            rows.Add(id, number, Words.Of(stands), because);
        return session.ExecuteAsync(
            "UPDATE difference SET standing = v.standing, because = coalesce(v.because, difference.because) FROM ({rows}) AS v WHERE " +
            "difference.reconciliation_id = v.reconciliation_id AND difference.number = v.number",
            rows,
            cancel);
    }

    /// <summary>Lets a reconciliation go on that was held, or gives up what it would have set right; false where it is not held.</summary>
    public static async Task<bool> DecideAsync(Session session, string id, bool approve, long now, CancellationToken cancel) => await session.ExecuteAsync(
        approve
            ? "UPDATE reconciliation SET state = 'running', approved = true, reason = NULL, next_at = @now WHERE id = @id AND state = 'held'"
            : "UPDATE reconciliation SET state = 'done', reason = 'What it would have set right was rejected.', finished_at = @now WHERE id = @id AND state = 'held'",
        cancel,
        ("id", id), ("now", now)) > 0;

    /// <summary>Whose some accounts are, by their remote ids.</summary>
    public static async Task<Dictionary<string, HeldLink>> LinkedAsync(
        Session session, string target, IReadOnlyCollection<string> remoteIds, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            $"SELECT {string.Join(", ", LinkColumns.Split(", ").Select(c => "t." + c))} FROM " +
            session.Dialect.ForEach("@ids", "link", "t.target = @target AND t.remote_id = i.id"),
            ReadLink,
            cancel,
            ("target", target), ("ids", remoteIds));
        var links = new Dictionary<string, HeldLink>(StringComparer.Ordinal);
        foreach (var link in found)
            links.TryAdd(link.Link.RemoteId!, link);
        return links;
    }

    /// <summary>Which resources of a type have the indexed values, by value; of several that share one, the first.</summary>
    public static async Task<Dictionary<string, string>> HoldersAsync(
        Session session, string type, string path, IReadOnlyCollection<string> values, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            "SELECT t.value, t.resource_id FROM " + session.Dialect.ForEach("@values", "resource_key", "t.type = @type AND t.path = @path AND t.value = i.id"),
            r => (Value: r.GetString(0), ResourceId: r.GetString(1)),
            cancel,
            ("type", type), ("path", path), ("values", values.Select(IndexedValue.Of).ToArray()));
        var holders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (value, resource) in found.OrderBy(f => f.ResourceId, StringComparer.Ordinal))
            holders.TryAdd(value, resource);
        return holders;
    }

    /// <summary>What a target has acknowledged of some resources, by their ids.</summary>
    public static async Task<Dictionary<string, HeldLink>> LinksAsync(
        Session session, string target, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            $"SELECT {LinkColumns} FROM link WHERE target = @target AND {session.Dialect.In("resource_id", "@ids")}", ReadLink, cancel,
            ("target", target), ("ids", resourceIds));
        return found.ToDictionary(l => l.Link.ResourceId, StringComparer.Ordinal);
    }

    /// <summary>Who should be in a group, with the accounts that they have at a target; in order of ids.</summary>
    public static Task<List<(string ResourceId, string? RemoteId, bool Active)>> WantedMembersAsync(
        Session session, string target, string groupId, CancellationToken cancel) => session.QueryAsync(
        "SELECT m.member_id, l.remote_id, l.active FROM membership m LEFT JOIN link l ON l.target = @target AND l.resource_id = m.member_id " +
        "WHERE m.group_id = @group ORDER BY m.member_id",
        r => (r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), !r.IsDBNull(2) && r.GetBoolean(2)),
        cancel,
        ("target", target), ("group", groupId));

    /// <summary>Groups that are linked at a target, in order of ids; at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<string>> GroupsAsync(Session session, string target, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT r.id FROM resource r JOIN link l ON l.target = @target AND l.resource_id = r.id WHERE r.type = 'Group' AND r.id > @after AND " +
        "l.remote_id IS NOT NULL ORDER BY r.id LIMIT @limit",
        r => r.GetString(0),
        cancel,
        ("target", target), ("after", after), ("limit", limit));

    /// <summary>The members of a group whose membership is due at a target.</summary>
    public static async Task<HashSet<string>> DueMembersAsync(Session session, string target, string groupId, CancellationToken cancel) =>
    [
        .. await session.QueryAsync(
            "SELECT member_id FROM due WHERE target = @target AND resource_id = @group AND member_id <> '' AND NOT dead",
            r => r.GetString(0),
            cancel,
            ("target", target), ("group", groupId)),
    ];

    /// <summary>The groups that rules made, by id, with their origin.</summary>
    public static Task<List<(string Id, string Origin)>> RuledGroupsAsync(Session session, CancellationToken cancel) => session.QueryAsync(
        "SELECT id, origin FROM resource WHERE origin LIKE 'rule:%' ORDER BY id", r => (r.GetString(0), r.GetString(1)), cancel);

    /// <summary>Who is in some groups, in order of ids; at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<string>> MembersAsync(
        Session session, IReadOnlyCollection<string> groupIds, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT DISTINCT member_id FROM membership WHERE {session.Dialect.In("group_id", "@groups")} AND member_id > @after ORDER BY member_id LIMIT @limit",
        r => r.GetString(0),
        cancel,
        ("groups", groupIds), ("after", after), ("limit", limit));

    /// <summary>Who has left since then and has an account at a target, in order of ids; at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<FormerMember>> LeaversAsync(
        Session session, string target, long since, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT c.resource_id, l.remote_id, CASE WHEN c.heard_at > c.effective_at THEN c.heard_at ELSE c.effective_at END, c.state FROM revocation c " +
        "JOIN link l ON l.target = @target AND l.resource_id = c.resource_id WHERE c.state <> 'returned' AND c.effective_at >= @since AND c.resource_id > @after " +
        "AND l.remote_id IS NOT NULL ORDER BY c.resource_id LIMIT @limit",
        r => new FormerMember(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetString(3) == "open"),
        cancel,
        ("target", target), ("since", since), ("after", after), ("limit", limit));

    private static HeldLink ReadLink(DbDataReader r) => new(
        new Link(r.GetString(0), Text(r, 1), r.GetBoolean(2), r.GetString(3), Text(r, 4)), r.GetInt64(5));

    private static Reconciliation Read(DbDataReader r) => new(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5))
    {
        Subject = Text(r, 6),
        State = r.GetString(7),
        Phase = r.GetString(8),
        Place = Text(r, 9),
        Counts = r.GetString(10),
        Differences = r.GetInt64(11),
        Attempts = r.GetInt32(12),
        Reason = Text(r, 13),
        IsApproved = r.GetBoolean(14),
        UserMark = Text(r, 15),
        GroupMark = Text(r, 16),
        StartedAt = r.IsDBNull(17) ? null : r.GetInt64(17),
        FinishedAt = r.IsDBNull(18) ? null : r.GetInt64(18),
        NextAt = r.GetInt64(19),
    };

    private static StoredDifference ReadDifference(DbDataReader r) => new(
        r.GetInt64(0),
        new Difference(Words.Read<DifferenceKind>(r.GetString(1)), Words.Read<DifferenceSubject>(r.GetString(2)), Text(r, 3), Text(r, 4))
        {
            GroupId = Text(r, 5),
            What = JsonSerializer.Deserialize<string[]>(r.GetString(6))!,
            Standing = Words.Read<Standing>(r.GetString(7)),
            Because = Text(r, 8),
        });

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
