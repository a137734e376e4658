using System.Data.Common;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Storage.Stores;

/// <summary>
/// What is under way about service accounts. Their resources are written by <see cref="Commit"/>, in the same transaction and before what is
/// written here.
/// </summary>
public static class ServiceAccountStore
{
    private const string Columns =
        "a.state, a.version, a.target, a.remote_id, a.next_at, r.id, r.type, r.version, r.created_at, r.modified_at, r.body, r.origin";

    /// <summary>The accounts with these ids, in the order of their ids.</summary>
    public static async Task<List<ServiceAccountRow>> LoadAsync(Session session, IReadOnlyCollection<string> ids, CancellationToken cancel) =>
        ids.Count == 0 ? [] : await session.QueryAsync(
            $"SELECT {Columns} FROM service_account a JOIN resource r ON r.id = a.resource_id WHERE {session.Dialect.In("a.resource_id", "@ids")} ORDER BY a.resource_id",
            Read,
            cancel,
            ("ids", ids));

    /// <summary>The same for a transaction that will write them: nobody else writes them until it ends.</summary>
    public static async Task<List<ServiceAccountRow>> HoldAsync(Session session, IReadOnlyCollection<string> ids, CancellationToken cancel) =>
        ids.Count == 0 ? [] : await session.QueryAsync(
            $"SELECT {Columns} FROM service_account a JOIN resource r ON r.id = a.resource_id WHERE {session.Dialect.In("a.resource_id", "@ids")} " +
            $"ORDER BY a.resource_id{session.Dialect.ForWriting}",
            Read,
            cancel,
            ("ids", ids));

    /// <summary>Ids of the accounts that are the matter of one of these people (<see cref="Cascade.Concerns"/>), in their order.</summary>
    public static async Task<List<string>> OfPeopleAsync(Session session, IReadOnlyCollection<string> personIds, CancellationToken cancel) =>
        personIds.Count == 0 ? [] : await session.QueryAsync(
            $"SELECT DISTINCT resource_id FROM service_account_person WHERE {session.Dialect.In("person_id", "@ids")} ORDER BY resource_id",
            r => r.GetString(0),
            cancel,
            ("ids", personIds));

    /// <summary>Which of these people some account is the matter of (<see cref="Cascade.Concerns"/>).</summary>
    public static async Task<HashSet<string>> ConcernedAsync(Session session, IReadOnlyCollection<string> personIds, CancellationToken cancel) =>
        personIds.Count == 0 ? [] : (await session.QueryAsync(
            $"SELECT DISTINCT person_id FROM service_account_person WHERE {session.Dialect.In("person_id", "@ids")}",
            r => r.GetString(0),
            cancel,
            ("ids", personIds))).ToHashSet(StringComparer.Ordinal);

    /// <summary>How many people of the source who have access some account is the matter of.</summary>
    public static async Task<long> CountConcernedAsync(Session session, string source, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*) FROM (SELECT DISTINCT person_id FROM service_account_person) AS p JOIN worker AS w ON w.resource_id = p.person_id " +
        "WHERE w.source = @source AND w.access IN ('PreStart', 'Active', 'Restricted', 'Suspended')",
        r => r.GetInt64(0),
        cancel,
        ("source", source));

    /// <summary>Which accounts are the matter of which of these people, person by person.</summary>
    public static async Task<ILookup<string, string>> MattersAsync(Session session, IReadOnlyCollection<string> personIds, CancellationToken cancel) =>
        (await session.QueryAsync(
            "SELECT t.person_id, t.resource_id FROM " + session.Dialect.ForEach("@ids", "service_account_person", "t.person_id = i.id"),
            r => (Person: r.GetString(0), Account: r.GetString(1)),
            cancel,
            ("ids", personIds))).ToLookup(m => m.Person, m => m.Account, StringComparer.Ordinal);

    /// <summary>Ids of the accounts that are the matter of a person, or ever were, whether they are there still or not; in their order.</summary>
    public static Task<List<string>> EverOfPersonAsync(Session session, string personId, CancellationToken cancel) => session.QueryAsync(
        "SELECT resource_id FROM service_account_person WHERE person_id = @id UNION SELECT resource_id FROM service_account_former WHERE person_id = @id ORDER BY resource_id",
        r => r.GetString(0),
        cancel,
        ("id", personId));

    /// <summary>Which of these people know a credential that may still be worth something (V3).</summary>
    public static async Task<HashSet<string>> ExposedToAsync(Session session, IReadOnlyCollection<string> personIds, CancellationToken cancel)
    {
        var exposed = new HashSet<string>(StringComparer.Ordinal);
        // One duty of theirs that is open says it: of a leaver with a thousand accounts each proof would look at all of them again.
        foreach (var id in personIds)
        {
            if (await session.FirstAsync<string?>(
                "SELECT key_id FROM rotation_duty WHERE person_id = @id AND closed_at IS NULL LIMIT 1", r => r.GetString(0), cancel, ("id", id)) is not null)
                exposed.Add(id);
        }

        List<string> others = [.. personIds.Where(id => !exposed.Contains(id))];
        if (others.Count == 0)
            return exposed;
        var matters = await MattersAsync(session, others, cancel);
        var accounts = (await LoadAsync(session, [.. matters.SelectMany(m => m).Distinct(StringComparer.Ordinal)], cancel))
            .ToDictionary(r => r.Account.Id, r => r.Account, StringComparer.Ordinal);
        exposed.UnionWith(matters.Where(m => LeaverClosure.Open(m.Key, m.Select(id => accounts[id])).Count > 0).Select(m => m.Key));
        return exposed;
    }

    /// <summary>Ids of the accounts whose timers are to be looked at, the longest due first.</summary>
    public static Task<List<string>> DueAsync(Session session, long now, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT resource_id FROM service_account WHERE next_at IS NOT NULL AND next_at <= @now ORDER BY next_at LIMIT @limit",
        r => r.GetString(0),
        cancel,
        ("now", now), ("limit", limit));

    /// <summary>When the next timer fires, in microseconds since 1970; null where none will.</summary>
    public static Task<long?> NextAtAsync(Session session, CancellationToken cancel) => session.FirstAsync(
        "SELECT min(next_at) FROM service_account WHERE next_at IS NOT NULL", r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0), cancel);

    /// <summary>The id of the account that a target knows by this identifier; null for none.</summary>
    public static Task<string?> FindByRemoteAsync(Session session, string target, string remoteId, CancellationToken cancel) =>
        session.FirstAsync<string?>(
            "SELECT resource_id FROM service_account WHERE target = @target AND remote_id = @remote",
            r => r.GetString(0),
            cancel,
            ("target", target), ("remote", remoteId));

    /// <summary>Ids of the accounts of a target by its identifiers for them; without those that it is not known to have.</summary>
    public static async Task<Dictionary<string, string>> OfTargetAsync(Session session, string target, CancellationToken cancel) => new(
        await session.QueryAsync(
            "SELECT remote_id, resource_id FROM service_account WHERE target = @target AND remote_id IS NOT NULL",
            r => KeyValuePair.Create(r.GetString(0), r.GetString(1)),
            cancel,
            ("target", target)),
        StringComparer.Ordinal);

    /// <summary>Ids of the accounts that stand for credentials of the bridge, by the names of these.</summary>
    public static async Task<Dictionary<string, string>> OfBridgeAsync(Session session, CancellationToken cancel) => new(
        await session.QueryAsync(
            "SELECT bridge_credential, resource_id FROM service_account WHERE bridge_credential IS NOT NULL",
            r => KeyValuePair.Create(r.GetString(0), r.GetString(1)),
            cancel),
        StringComparer.Ordinal);

    /// <summary>Ids of the accounts on the orphan queue, the longest first, those after a place in it.</summary>
    public static Task<List<string>> OrphansAsync(Session session, string? after, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT resource_id FROM service_account WHERE orphaned_at IS NOT NULL AND (@after = '' OR (orphaned_at, resource_id) > " +
        "(SELECT p.orphaned_at, p.resource_id FROM service_account p WHERE p.resource_id = @after)) ORDER BY orphaned_at, resource_id LIMIT @limit",
        r => r.GetString(0),
        cancel,
        ("after", after ?? ""), ("limit", limit));

    /// <summary>Lets timers be looked at now.</summary>
    public static Task WakeAsync(Session session, IReadOnlyCollection<string> ids, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE service_account SET next_at = @now WHERE (next_at IS NULL OR next_at > @now) AND " + session.Dialect.In("resource_id", "@ids"),
        cancel,
        ("now", now), ("ids", ids));

    /// <summary>Writes what becomes of accounts: what is under way, whose matter they are, and the duties.</summary>
    /// <exception cref="ConcurrencyException">One has moved on since it was read.</exception>
    public static async Task SaveAsync(Session session, IReadOnlyCollection<ServiceAccountWrite> writes, long now, CancellationToken cancel)
    {
        string[] columns =
        [
            "resource_id", "version:int", "use", "state", "target", "remote_id", "bridge_credential", "owners:int", "sponsors:int", "expires_at:int",
            "attest_by:int", "attested_at:int", "orphaned_at:int", "next_at:int",
        ];
        var inserts = new Rows(columns);
        var updates = new Rows(columns);
        foreach (var write in writes.OrderBy(w => w.After.Id, StringComparer.Ordinal))
        {
            var a = write.After;
            (write.Before is null ? inserts : updates).Add(
                a.Id, write.Before?.Version ?? 1, Words.Of(a.Use), ServiceAccountJson.Write(a), write.Target, write.RemoteId, a.BridgeCredential,
                Count(a, AccountableRole.TechnicalOwner), Count(a, AccountableRole.Sponsor), a.ExpiresAt?.ToMicroseconds(), a.AttestBy?.ToMicroseconds(),
                a.AttestedAt?.ToMicroseconds(), a.Orphan?.Since.ToMicroseconds(), write.NextAt?.ToMicroseconds());
        }

        await session.ExecuteAsync(
            "INSERT INTO service_account (resource_id, version, use, state, target, remote_id, bridge_credential, owners, sponsors, expires_at, " +
            "attest_by, attested_at, orphaned_at, next_at) {rows}",
            inserts,
            cancel);
        var updated = await session.ExecuteAsync(
            "UPDATE service_account SET version = v.version + 1, use = v.use, state = v.state, target = v.target, remote_id = v.remote_id, " +
            "bridge_credential = v.bridge_credential, owners = v.owners, sponsors = v.sponsors, expires_at = v.expires_at, attest_by = v.attest_by, " +
            "attested_at = v.attested_at, orphaned_at = v.orphaned_at, next_at = v.next_at FROM ({rows}) AS v " +
            "WHERE service_account.resource_id = v.resource_id AND service_account.version = v.version",
            updates,
            cancel);
        if (updated != updates.Count)
            throw new ConcurrencyException();
        await SavePeopleAsync(session, writes, cancel);
        await SaveDutiesAsync(session, writes, now, cancel);
    }

    /// <summary>The figures.</summary>
    /// <param name="session">The session.</param>
    /// <param name="since">From when closed duties count, in microseconds since 1970.</param>
    /// <param name="now">Now, in microseconds since 1970.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<ServiceAccountFigures> FiguresAsync(Session session, long since, long now, CancellationToken cancel)
    {
        var accounts = await session.FirstAsync(
            "SELECT sum(CASE WHEN use NOT IN ('proposed', 'deleted') THEN 1 ELSE 0 END), " +
            "sum(CASE WHEN use NOT IN ('proposed', 'deleted') AND owners > 0 THEN 1 ELSE 0 END), " +
            "sum(CASE WHEN use NOT IN ('proposed', 'deleted') AND sponsors > 0 THEN 1 ELSE 0 END), " +
            "sum(CASE WHEN use NOT IN ('proposed', 'deleted') AND expires_at IS NOT NULL THEN 1 ELSE 0 END), " +
            "sum(CASE WHEN use = 'proposed' THEN 1 ELSE 0 END), sum(CASE WHEN orphaned_at IS NOT NULL AND use <> 'deleted' THEN 1 ELSE 0 END) FROM service_account",
            r => (Number(r, 0), Number(r, 1), Number(r, 2), Number(r, 3), Number(r, 4), Number(r, 5)),
            cancel);
        var open = await session.FirstAsync(
            "SELECT count(*), sum(CASE WHEN due_at < @now THEN 1 ELSE 0 END) FROM rotation_duty WHERE closed_at IS NULL",
            r => (Number(r, 0), Number(r, 1)),
            cancel,
            ("now", now));
        var closed = await session.FirstAsync(
            "SELECT count(*), sum(CASE WHEN closed_at <= due_at THEN 1 ELSE 0 END) FROM rotation_duty WHERE closed_at IS NOT NULL AND closed_at >= @since",
            r => (Number(r, 0), Number(r, 1)),
            cancel,
            ("since", since));
        return new(
            accounts.Item1, accounts.Item2, accounts.Item3, accounts.Item4, accounts.Item5, accounts.Item6, open.Item1, open.Item2, closed.Item1, closed.Item2);
    }

    /// <summary>Everybody whose matter an account is (<see cref="Cascade.Concerns"/>).</summary>
    public static HashSet<string> PeopleOf(ServiceAccount account)
    {
        var people = new HashSet<string>(StringComparer.Ordinal);
        people.UnionWith(account.Accountable.SelectMany(a => a.ActingFor is null ? [a.PersonId] : new[] { a.PersonId, a.ActingFor }));
        people.UnionWith(account.Handovers.SelectMany(h => h.Asked is null ? [h.From] : new[] { h.From, h.Asked.PersonId }));
        people.UnionWith(account.Credentials.SelectMany(account.Knowers));
        people.UnionWith(account.Credentials.Select(c => c.Risk?.OwnerId).OfType<string>());
        if (account.CreatedBy is { } by)
            people.Add(by);
        return people;
    }

    private static async Task SavePeopleAsync(Session session, IReadOnlyCollection<ServiceAccountWrite> writes, CancellationToken cancel)
    {
        var gone = new List<(string Person, string Account)>();
        var added = new List<(string Person, string Account)>();
        foreach (var write in writes)
        {
            var before = write.Before is null ? [] : PeopleOf(write.Before.Account);
            var after = PeopleOf(write.After);
            gone.AddRange(before.Where(p => !after.Contains(p)).Select(p => (p, write.After.Id)));
            added.AddRange(after.Where(p => !before.Contains(p)).Select(p => (p, write.After.Id)));
        }

        await session.ExecuteAsync("DELETE FROM service_account_person WHERE (person_id, resource_id) IN ({rows})", Pairs(gone), cancel);
        await session.ExecuteAsync(
            "INSERT INTO service_account_former (person_id, resource_id) {rows} ON CONFLICT (person_id, resource_id) DO NOTHING", Pairs(gone), cancel);
        await session.ExecuteAsync("INSERT INTO service_account_person (person_id, resource_id) {rows}", Pairs(added), cancel);

        static Rows Pairs(List<(string Person, string Account)> pairs)
        {
            var rows = new Rows("person_id", "resource_id");
            foreach (var (person, account) in pairs.Order())
                rows.Add(person, account);
            return rows;
        }
    }

    private static Task SaveDutiesAsync(Session session, IReadOnlyCollection<ServiceAccountWrite> writes, long now, CancellationToken cancel)
    {
        var rows = new Rows("resource_id", "number:int", "key_id", "person_id", "opened_at:int", "due_at:int", "escalated_at:int", "closed_at:int");
        foreach (var write in writes.OrderBy(w => w.After.Id, StringComparer.Ordinal))
        {
            // A duty keeps its place in the list for as long as the account is.
            var before = write.Before?.Account.Duties ?? [];
            for (var i = 0; i < write.After.Duties.Count; i++)
            {
                var duty = write.After.Duties[i];
                if (i >= before.Count || before[i] != duty)
                {
                    rows.Add(
                        write.After.Id, (long)i, duty.KeyId, duty.PersonId, now, duty.DueAt.ToMicroseconds(), duty.EscalatedAt?.ToMicroseconds(),
                        duty.ClosedAt?.ToMicroseconds());
                }
            }
        }

        return session.ExecuteAsync(
            "INSERT INTO rotation_duty (resource_id, number, key_id, person_id, opened_at, due_at, escalated_at, closed_at) {rows} " +
            "ON CONFLICT (resource_id, number) DO UPDATE SET person_id = excluded.person_id, due_at = excluded.due_at, " +
            "escalated_at = excluded.escalated_at, closed_at = excluded.closed_at",
            rows,
            cancel);
    }

    private static long Count(ServiceAccount account, AccountableRole role) => account.Accountable.Count(a => a.Role == role);

    private static long Number(DbDataReader r, int column) => r.IsDBNull(column) ? 0 : r.GetInt64(column);

    private static ServiceAccountRow Read(DbDataReader r) => new(
        ServiceAccountJson.Read(r.GetString(0)), r.GetInt64(1), new ResourceRow(
            r.GetString(5), r.GetString(6), r.GetInt64(7), r.GetInt64(8), r.GetInt64(9), r.GetString(10), r.IsDBNull(11) ? null : r.GetString(11)))
    {
        Target = r.IsDBNull(2) ? null : r.GetString(2),
        RemoteId = r.IsDBNull(3) ? null : r.GetString(3),
        NextAt = r.IsDBNull(4) ? null : Microseconds.ToInstant(r.GetInt64(4)),
    };
}
