using NodaTime.Text;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Storage.Stores;

/// <summary>
/// The one way in which resources change: the resources, their indexed values, their memberships, the journal and the marks of what is
/// due at which target and what streams of signals are told are written in the caller's transaction, so that none of them can be without the others.
/// </summary>
public static class Commit
{
    /// <summary>Writes the changes.</summary>
    /// <exception cref="ConcurrencyException">A resource has moved on from the version that its change was computed from.</exception>
    /// <exception cref="UniquenessException">Raised by the transaction: a unique value is taken.</exception>
    public static async Task WriteAsync(Session session, Changes changes, CancellationToken cancel)
    {
        if (changes.IsEmpty)
            return;
        var signals = await ChangeSignals.LookAsync(session, changes, cancel);
        await WriteResourcesAsync(session, changes, cancel);
        await WriteKeysAsync(session, changes, cancel);
        await WriteNamesAsync(session, changes, cancel);
        await DeleteAsync(session, changes, cancel);
        await WriteMembershipsAsync(session, changes, cancel);
        await WriteClientMasteredAsync(session, changes, cancel);
        await WriteJournalAsync(session, changes, cancel);
        await MarkDueAsync(session, changes, cancel);
        if (signals is not null)
            await signals.AppendAsync(session, cancel);
    }

    private static async Task WriteResourcesAsync(Session session, Changes changes, CancellationToken cancel)
    {
        var inserts = new Rows("id", "type", "created:int", "modified:int", "origin", "body", "search:json");
        var updates = new Rows("id", "read:int", "modified:int", "body", "search:json");
        foreach (var r in changes.Resources)
        {
            if (r.ReadVersion == 0)
                inserts.Add(r.Id, r.Type, changes.At, changes.At, r.Origin, r.Body, r.Search);
            else
                updates.Add(r.Id, r.ReadVersion, changes.At, r.Body, r.Search);
        }

        await session.ExecuteAsync(
            "INSERT INTO resource (id, type, version, created_at, modified_at, origin, body, search) " +
            "SELECT v.id, v.type, 1, v.created, v.modified, v.origin, v.body, v.search FROM ({rows}) AS v",
            inserts,
            cancel);
        var updated = await session.ExecuteAsync(
            "UPDATE resource SET version = version + 1, modified_at = v.modified, body = v.body, search = v.search " +
            "FROM ({rows}) AS v WHERE resource.id = v.id AND resource.version = v.read",
            updates,
            cancel);
        if (updated != updates.Count)
            throw new ConcurrencyException();
    }

    private static async Task WriteKeysAsync(Session session, Changes changes, CancellationToken cancel)
    {
        var gone = new Rows("type", "path", "value", "resource_id");
        var added = new Rows("type", "path", "value", "resource_id", "is_unique:bool");
        foreach (var r in changes.Resources)
        {
            foreach (var key in r.KeysGone)
                gone.Add(r.Type, key.Path, IndexedValue.Of(key.Value), r.Id);
        }

        // In the order of the index: neighbours share a page, and two writers take their locks in one order.
        foreach (var (r, path, value, unique) in changes.Resources
            .SelectMany(r => r.KeysNew.Select(k => (Resource: r, k.Path, Value: IndexedValue.Of(k.Value), k.Unique)))
            .OrderBy(k => k.Path, StringComparer.Ordinal).ThenBy(k => k.Value, StringComparer.Ordinal))
            added.Add(r.Type, path, value, r.Id, unique);

        foreach (var d in changes.Deletes)
        {
            foreach (var key in d.Keys)
                gone.Add(d.Type, key.Path, IndexedValue.Of(key.Value), d.Id);
        }

        // Values go before values come, so that two resources can swap a unique one.
        await session.ExecuteAsync(
            "DELETE FROM resource_key WHERE (type, path, value, resource_id) IN ({rows})", gone, cancel);
        await session.ExecuteAsync(
            "INSERT INTO resource_key (type, path, value, resource_id, is_unique) {rows}", added, cancel);
    }

    private static async Task WriteNamesAsync(Session session, Changes changes, CancellationToken cancel)
    {
        var gone = new List<(string Name, string Id)>();
        var added = new List<(string Name, string Id)>();
        foreach (var r in changes.Resources.Where(r => r.Type == "User"))
        {
            gone.AddRange(Names(r.KeysGone).Select(n => (n, r.Id)));
            added.AddRange(Names(r.KeysNew).Select(n => (n, r.Id)));
        }

        // Where accents alone differ, it is the same name as before.
        var same = gone.Intersect(added).ToHashSet();
        gone.RemoveAll(same.Contains);
        await UserNameStore.ReleaseAsync(
            session, changes.Deletes.Where(d => d.Type == "User").Select(d => d.Id).ToArray(), changes.At, cancel);
        await UserNameStore.WriteAsync(session, changes, gone, added, cancel);
        if (changes.NamesFreeAtTargets.Count > 0 && await NameAtTargetStore.AnyAsync(session, changes.NamesFreeAtTargets, changes.NamedAt, cancel))
            throw new UniquenessException("name_at_target");

        static IEnumerable<string> Names(IEnumerable<ResourceKey> keys) =>
            keys.Where(k => k.Path == "userName").Select(k => IndexedValue.Of(NameFolding.Key(k.Value)));
    }

    private static async Task DeleteAsync(Session session, Changes changes, CancellationToken cancel)
    {
        if (changes.Deletes.Count == 0)
            return;
        // The groups that lose a member have changed, unless they go too or are written anyway.
        var others = changes.Deletes.Select(d => d.Id).Concat(changes.Resources.Select(r => r.Id)).Concat(changes.Memberships.Select(m => m.GroupId));
        await session.ExecuteAsync(
            "UPDATE resource SET version = version + 1, modified_at = @at WHERE id IN (SELECT group_id FROM membership WHERE " +
            $"{session.Dialect.In("member_id", "@ids")}) AND NOT ({session.Dialect.In("id", "@others")})",
            cancel,
            ("at", changes.At),
            ("ids", changes.Deletes.ConvertAll(d => d.Id)),
            ("others", others.Distinct(StringComparer.Ordinal).ToList()));
        // Whose matter an account was goes with it, and who they were is still asked.
        await session.ExecuteAsync(
            "INSERT INTO service_account_former (person_id, resource_id) SELECT person_id, resource_id FROM service_account_person WHERE " +
            $"{session.Dialect.In("resource_id", "@ids")} ON CONFLICT (person_id, resource_id) DO NOTHING",
            cancel,
            ("ids", changes.Deletes.Where(d => !HasAccounts(d.Type)).Select(d => d.Id).ToList()));
        var rows = new Rows("id", "read:int");
        foreach (var delete in changes.Deletes)
            rows.Add(delete.Id, delete.ReadVersion);
        var deleted = await session.ExecuteAsync("DELETE FROM resource WHERE (id, version) IN ({rows})", rows, cancel);
        if (deleted != rows.Count)
            throw new ConcurrencyException();
    }

    private static async Task WriteMembershipsAsync(Session session, Changes changes, CancellationToken cancel)
    {
        await EndSuspensionsAsync(session, changes, cancel);
        if (changes.Memberships.Count == 0)
            return;
        var joins = new Rows("group_id", "member_id", "by_rule:bool", "by_hand:bool", "until:int", "since:int");
        var leaves = new Rows("group_id", "member_id", "rule:bool", "hand:bool");
        var empty = new Rows("group_id", "member_id");
        var suspended = new Rows("group_id", "member_id", "since:int");
        // Both grounds of a membership may come or go at once, and which of several rows an UPDATE takes is nobody's promise.
        foreach (var both in changes.Memberships.GroupBy(m => (m.GroupId, m.MemberId, m.Joins)))
        {
            var (group, member, comes) = both.Key;
            var (rule, hand) = (both.Any(m => m.ByRule), both.Any(m => !m.ByRule));
            if (comes)
            {
                joins.Add(group, member, rule, hand, both.Select(m => m.Until).FirstOrDefault(until => until is not null), changes.At);
                continue;
            }

            leaves.Add(group, member, rule, hand);
            empty.Add(group, member);
            if (both.Any(m => m.Suspends))
                suspended.Add(group, member, changes.At);
        }

        // The group's row first: it is what two writers of one group take turns on.
        var written = changes.Resources.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        await session.ExecuteAsync(
            "UPDATE resource SET version = version + 1, modified_at = @at WHERE " + session.Dialect.In("id", "@ids"),
            cancel,
            ("at", changes.At),
            ("ids", changes.Memberships.Select(m => m.GroupId).Where(g => !written.Contains(g)).Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal).ToList()));
        await session.ExecuteAsync(
            "INSERT INTO suspended_membership (group_id, member_id, until, since) " +
            "SELECT m.group_id, m.member_id, m.until, v.since FROM ({rows}) AS v JOIN membership AS m ON m.group_id = v.group_id " +
            "AND m.member_id = v.member_id WHERE m.by_hand " +
            "ON CONFLICT (member_id, group_id) DO UPDATE SET until = excluded.until, since = excluded.since",
            suspended,
            cancel);
        // Somebody else may have written since our reading: each ground is taken by itself, and the row goes with the last.
        await session.ExecuteAsync(
            "UPDATE membership SET by_rule = membership.by_rule AND NOT v.rule, by_hand = membership.by_hand AND NOT v.hand, " +
            "until = CASE WHEN v.hand THEN NULL ELSE membership.until END " +
            "FROM ({rows}) AS v WHERE membership.group_id = v.group_id AND membership.member_id = v.member_id",
            leaves,
            cancel);
        await session.ExecuteAsync(
            "DELETE FROM membership WHERE (group_id, member_id) IN ({rows}) AND NOT by_rule AND NOT by_hand", empty, cancel);
        await session.ExecuteAsync(
            "INSERT INTO membership (group_id, member_id, by_rule, by_hand, until, since) {rows} ON CONFLICT (group_id, member_id) DO UPDATE " +
            "SET by_rule = membership.by_rule OR excluded.by_rule, by_hand = membership.by_hand OR excluded.by_hand, " +
            "until = CASE WHEN excluded.by_hand THEN excluded.until ELSE membership.until END",
            joins,
            cancel);
    }

    private static Task<long> EndSuspensionsAsync(Session session, Changes changes, CancellationToken cancel)
    {
        var rows = new Rows("member_id", "group_id");
        foreach (var (group, member) in changes.SuspensionsOver)
            rows.Add(member, group);
        return session.ExecuteAsync("DELETE FROM suspended_membership WHERE (member_id, group_id) IN ({rows})", rows, cancel);
    }

    private static Task WriteClientMasteredAsync(Session session, Changes changes, CancellationToken cancel)
    {
        var rows = new Rows("resource_id", "attribute");
        foreach (var (id, attribute) in changes.ClientMastered)
            rows.Add(id, attribute);
        return session.ExecuteAsync(
            "INSERT INTO client_mastered (resource_id, attribute) {rows} ON CONFLICT (resource_id, attribute) DO NOTHING", rows, cancel);
    }

    private static Task WriteJournalAsync(Session session, Changes changes, CancellationToken cancel)
    {
        JournalEntry Entry(string kind, string subject, string data) => new(kind, subject, changes.Actor, changes.Correlation, data);

        var entries = changes.Resources.Select(r => Entry(r.Kind, r.Id, r.Data) with { Detail = r.Detail })
            .Concat(changes.Deletes.Select(d => Entry(d.Type.ToLowerInvariant() + ".deleted", d.Id, "{}") with { Detail = d.Detail }))
            .Concat(changes.Memberships.SelectMany(m => Entries(m).Select(e => Entry(e.Kind, e.Subject, e.Data))))
            .Concat(changes.Notes.Select(n => Entry(n.Kind, n.Subject, n.Data)));
        return JournalStore.AppendAsync(session, entries, changes.At, cancel);
    }

    // The group is told of whoever joins and leaves. Whom a rule puts somewhere has that in the journal with the decision.
    private static IEnumerable<(string Kind, string Subject, string Data)> Entries(MembershipWrite m)
    {
        var by = m.ByRule ? "rule" : "hand";
        var kind = m.IsOneOfTwo ? "ground" : "member";
        yield return (m.Joins ? kind + ".added" : kind + ".removed", m.GroupId, $$"""{"member":"{{m.MemberId}}","by":"{{by}}"}""");
        if (m.ByRule)
            yield break;
        yield return (
            m.Joins ? "membership.given" : m.Suspends ? "membership.suspended" : "membership.taken",
            m.MemberId,
            m.Until is { } at
                ? $$"""{"group":"{{m.GroupId}}","until":"{{InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(at))}}"}"""
                : $$"""{"group":"{{m.GroupId}}"}""");
    }

    private static Task MarkDueAsync(Session session, Changes changes, CancellationToken cancel)
    {
        var marks = new List<DueMark>();
        foreach (var target in changes.Targets)
        {
            marks.AddRange(changes.Resources.Where(r => HasAccounts(r.Type)).Select(r => new DueMark(target, r.Id, "", r.Lane)));
            marks.AddRange(changes.Deletes.Where(d => HasAccounts(d.Type)).Select(d => new DueMark(target, d.Id, "", Lane.Revoke)));
            marks.AddRange(changes.Memberships.Select(m => new DueMark(target, m.GroupId, m.MemberId, m.Lane)));
        }

        return DueStore.MarkAsync(session, marks, changes.At, changes.Correlation, cancel);
    }

    // What is due of a service account is a task of its own: see ServiceAccountTaskStore.
    private static bool HasAccounts(string type) => type != "ServiceAccount";
}
