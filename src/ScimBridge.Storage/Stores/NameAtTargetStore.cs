using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Storage.Stores;

/// <summary>An account at a target that is nobody's of ours, with what it has of names.</summary>
/// <param name="RemoteId">The account.</param>
/// <param name="Names">User name and addresses, folded as <see cref="NameFolding.Key"/> does it.</param>
/// <param name="ResourceId">The user whose account it could be; null for nobody.</param>
/// <param name="EmployeeNumber">Its employee number; null where it has none.</param>
public sealed record ForeignAccount(string RemoteId, IReadOnlyCollection<string> Names, string? ResourceId, string? EmployeeNumber);

/// <summary>The names that accounts at targets have which are nobody's of ours. Listings write them; only what has changed is written.</summary>
public static class NameAtTargetStore
{
    /// <summary>Who at which target has some names, by the name as it was asked for.</summary>
    /// <param name="session">The session.</param>
    /// <param name="names">Names, folded as <see cref="NameFolding.Key"/> does it.</param>
    /// <param name="targets">The targets that count.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<ILookup<string, NameAtTarget>> FindAsync(
        Session session, IReadOnlyCollection<string> names, IReadOnlyCollection<string> targets, CancellationToken cancel)
    {
        var asked = names.Distinct(StringComparer.Ordinal).ToLookup(IndexedValue.Of, StringComparer.Ordinal);
        var found = asked.Count == 0 || targets.Count == 0 ? [] : await session.QueryAsync(
            "SELECT t.target, t.remote_id, t.folded, t.resource_id, t.employee_number FROM " +
            session.Dialect.ForEach("@names", "name_at_target", "t.folded = i.id") + $" WHERE {session.Dialect.In("t.target", "@targets")}",
            r => new NameAtTarget(r.GetString(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4)),
            cancel,
            ("names", asked.Select(g => g.Key).ToArray()), ("targets", targets));
        return found.SelectMany(f => asked[f.Folded].Select(name => (Name: name, Found: f))).ToLookup(f => f.Name, f => f.Found, StringComparer.Ordinal);
    }

    /// <summary>Whether an account at one of the targets has one of the names.</summary>
    internal static async Task<bool> AnyAsync(
        Session session, IReadOnlyCollection<string> names, IReadOnlyCollection<string> targets, CancellationToken cancel) =>
        (await FindAsync(session, names, targets, cancel)).Count > 0;

    /// <summary>Notes what names some accounts of a target have by now; who is not among those that are nobody's has none that count.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="target">The target.</param>
    /// <param name="remoteIds">Everybody who was looked at, also who is there no more.</param>
    /// <param name="foreign">Of those, the accounts that are nobody's of ours.</param>
    /// <param name="now">In microseconds since 1970.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task PutAsync(
        Session session, string target, IReadOnlyCollection<string> remoteIds, IReadOnlyCollection<ForeignAccount> foreign, long now, CancellationToken cancel)
    {
        if (remoteIds.Count == 0)
            return;
        var before = (await session.QueryAsync(
            "SELECT t.target, t.remote_id, t.folded, t.resource_id, t.employee_number FROM " +
            session.Dialect.ForEach("@ids", "name_at_target", "t.target = @target AND t.remote_id = i.id"),
            r => new NameAtTarget(r.GetString(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4)),
            cancel,
            ("target", target), ("ids", remoteIds))).ToHashSet();
        var after = foreign.SelectMany(f => f.Names.Select(name => new NameAtTarget(target, f.RemoteId, IndexedValue.Of(name), f.ResourceId, f.EmployeeNumber)))
            .ToHashSet();
        var kept = after.Select(a => (a.RemoteId, a.Folded)).ToHashSet();
        var gone = new Rows("target", "remote_id", "folded");
        foreach (var name in before.Where(b => !kept.Contains((b.RemoteId, b.Folded))))
            gone.Add(target, name.RemoteId, name.Folded);
        var put = new Rows("target", "remote_id", "folded", "resource_id", "employee_number", "noted_at:int");
        foreach (var name in after.Where(a => !before.Contains(a)).OrderBy(a => a.RemoteId, StringComparer.Ordinal).ThenBy(a => a.Folded, StringComparer.Ordinal))
            put.Add(target, name.RemoteId, name.Folded, name.ResourceId, name.EmployeeNumber, now);
        await session.ExecuteAsync("DELETE FROM name_at_target WHERE (target, remote_id, folded) IN ({rows})", gone, cancel);
        await session.ExecuteAsync(
            "INSERT INTO name_at_target (target, remote_id, folded, resource_id, employee_number, noted_at) {rows} ON CONFLICT (target, remote_id, folded) " +
            "DO UPDATE SET resource_id = excluded.resource_id, employee_number = excluded.employee_number, noted_at = excluded.noted_at",
            put,
            cancel);
    }

    /// <summary>Forgets the names of accounts that a listing of everything has not shown and nobody has seen since it began.</summary>
    public static Task ForgetUnseenAsync(Session session, string target, string reconciliationId, long began, CancellationToken cancel) => session.ExecuteAsync(
        "DELETE FROM name_at_target WHERE target = @target AND noted_at < @began AND NOT EXISTS (SELECT 1 FROM reconciliation_seen s " +
        "WHERE s.reconciliation_id = @id AND s.about = 'user' AND s.remote_id = name_at_target.remote_id)",
        cancel,
        ("target", target), ("id", reconciliationId), ("began", began));
}
