using System.Collections.Concurrent;
using System.Text.Json;
using NodaTime;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// The steps of a reconciliation, each of which reads a page of what the target has, or some accounts, and compares them. What a step needs to
/// know of those before it stands in the reconciliation's row, so that any node goes on where another stopped.
/// </summary>
internal sealed class ReconciliationRun(
    ConfiguredTarget configured,
    ITarget target,
    ReconciliationReader reader,
    ServiceAccountComparison? serviceAccounts,
    BridgeConfiguration configuration,
    ReconciliationSchedule schedule,
    Database database,
    IClock clock)
{
    private const int UsersAtOnce = 100;
    private const int GroupsAtOnce = 40;
    private const int LeaversAtOnce = 20;
    private const int ServiceAccountsAtOnce = 50;

    /// <summary>Takes the next step, of any phase but the last.</summary>
    public Task<ReconciliationStep> StepAsync(Reconciliation reconciliation, CancellationToken cancel) => reconciliation.Phase switch
    {
        ReconciliationPhase.ServiceAccounts => ServiceAccountsAsync(reconciliation, cancel),
        ReconciliationPhase.AbsentServiceAccounts => AbsentServiceAccountsAsync(reconciliation, cancel),
        ReconciliationPhase.Users => ListAsync(reconciliation, AccountKind.User, cancel),
        ReconciliationPhase.Groups => ListAsync(reconciliation, AccountKind.Group, cancel),
        ReconciliationPhase.AbsentUsers => AbsentAsync(reconciliation, AccountKind.User, cancel),
        ReconciliationPhase.AbsentGroups => AbsentAsync(reconciliation, AccountKind.Group, cancel),
        ReconciliationPhase.Members => MembersAsync(reconciliation, cancel),
        ReconciliationPhase.Leavers => LeaversAsync(reconciliation, cancel),
        ReconciliationPhase.ChangedUsers => ChangesAsync(reconciliation, AccountKind.User, cancel),
        ReconciliationPhase.ChangedGroups => ChangesAsync(reconciliation, AccountKind.Group, cancel),
        ReconciliationPhase.PrivilegedUsers => PrivilegedUsersAsync(reconciliation, cancel),
        ReconciliationPhase.PrivilegedGroups => PrivilegedGroupsAsync(reconciliation, cancel),
        ReconciliationPhase.Worker => WorkerAsync(reconciliation, cancel),
        var phase => throw new InvalidOperationException($"A reconciliation has no phase {phase}."),
    };

    private async Task<ReconciliationStep> ServiceAccountsAsync(Reconciliation r, CancellationToken cancel)
    {
        if (serviceAccounts is null)
            return Over(r);
        var (outcome, page) = await serviceAccounts.ListAsync(r.Place, cancel);
        var counts = ReconciliationCounts.Parse(r.Counts);
        if (page is null)
        {
            if (outcome is Outcome.Gone && r.Place is not null)
                return new ReconciliationStep(r with { Place = null }, outcome) { IsStale = true };
            // Who may not read them can compare people all the same.
            return outcome is Outcome.Rejected or Outcome.Stop
                ? Over(r with { Counts = (counts with { ServiceAccountsUnread = (outcome as Outcome.Stop)?.Reason ?? ((Outcome.Rejected)outcome).Reason }).ToJson() })
                : ReconciliationStep.Failed(r, outcome);
        }

        // What has been shown is not compared twice when all is listed anew.
        var before = await database.ReadAsync(
            s => ReconciliationStore.SeenAsync(s, r.Id, DifferenceSubject.ServiceAccount, [.. page.Accounts.Select(a => a.RemoteId)], cancel), cancel);
        var fresh = page.Accounts.Where(a => !before.Contains(a.RemoteId)).DistinctBy(a => a.RemoteId, StringComparer.Ordinal).ToList();
        var (failure, found) = await serviceAccounts.CompareAsync(fresh, cancel);
        if (failure is not null)
            return ReconciliationStep.Failed(r, failure);
        return new ReconciliationStep(r with { Counts = (counts with { ServiceAccounts = counts.ServiceAccounts + fresh.Count }).ToJson(), Place = page.Next }, outcome)
        {
            Found = found, About = DifferenceSubject.ServiceAccount, Seen = [.. fresh.Select(a => a.RemoteId)], IsPhaseOver = page.Next is null,
        };
    }

    private async Task<ReconciliationStep> AbsentServiceAccountsAsync(Reconciliation r, CancellationToken cancel)
    {
        var counts = ReconciliationCounts.Parse(r.Counts);
        if (serviceAccounts is null || counts.ServiceAccountsUnread is not null)
            return Over(r);
        var some = await database.ReadAsync(
            s => ReconciliationStore.UnseenServiceAccountsAsync(s, r.Id, configured.Name, r.Place ?? "", ServiceAccountsAtOnce, cancel), cancel);
        var (failure, found, read) = await serviceAccounts.CompareAbsentAsync(some, cancel);
        if (failure is not null)
            return ReconciliationStep.Failed(r, failure);
        return Next(r with { Counts = (counts with { Read = counts.Read + read }).ToJson() }, some.ConvertAll(a => a.RemoteId), ServiceAccountsAtOnce, found);
    }

    private async Task<ReconciliationStep> ListAsync(Reconciliation r, AccountKind kind, CancellationToken cancel)
    {
        var place = r.Place is null ? new ListingPlace(null, null, IsSecond: false) : JsonSerializer.Deserialize<ListingPlace>(r.Place)!;
        if (r.Place is null && kind == AccountKind.User && target.Capabilities.Lists == Listing.Delta)
        {
            // Of before the listing: what changes while it goes on is asked for afterwards.
            var (first, users) = await target.MarkAsync(AccountKind.User, cancel);
            if (users is null)
                return ReconciliationStep.Failed(r, first);
            var (second, groups) = await target.MarkAsync(AccountKind.Group, cancel);
            if (groups is null)
                return ReconciliationStep.Failed(r, second);
            r = r with { UserMark = users, GroupMark = groups };
        }

        var readAt = clock.GetCurrentInstant();
        var (outcome, page) = await target.ListAsync(kind, mark: null, place.At, cancel);

        // Who has been shown is not compared twice when all is listed anew.
        if (page is null)
            return outcome is Outcome.Gone && place.At is not null ? new ReconciliationStep(r with { Place = null }, outcome) { IsStale = true } : ReconciliationStep.Failed(r, outcome);
        var (about, shown) = (Difference.SubjectOf(kind), page.Accounts.Select(a => a.RemoteId).ToList());
        var (before, identities) = await database.ReadAsync(
            async s => (
                await ReconciliationStore.SeenAsync(s, r.Id, about, shown, cancel),
                kind == AccountKind.User ? await ReconciliationStore.SeenAsync(s, r.Id, DifferenceSubject.ServiceAccount, shown, cancel) : []),
            cancel);
        var fresh = page.Accounts.Where(a => !before.Contains(a.RemoteId)).DistinctBy(a => a.RemoteId, StringComparer.Ordinal).ToList();
        // What is no person was compared as what it is.
        var (failure, found) = await reader.CompareAsync(kind, [.. fresh.Where(a => !identities.Contains(a.RemoteId)).Select(a => new Sight(null, a))], readAt, cancel);
        if (failure is not null)
            return ReconciliationStep.Failed(r, failure);
        var counts = ReconciliationCounts.Parse(r.Counts);
        counts = kind == AccountKind.User ? counts with { Users = counts.Users + fresh.Count } : counts with { Groups = counts.Groups + fresh.Count };
        counts = counts with { Repeated = counts.Repeated + (place.IsSecond ? 0 : page.Accounts.Count - fresh.Count) };
        var next = page.Next is not null ? new ListingPlace(page.Next, page.Total, place.IsSecond) : await AgainAsync(r, kind, place, page, fresh.Count, cancel);
        return new ReconciliationStep(r with { Counts = counts.ToJson(), Place = next is null ? null : JsonSerializer.Serialize(next) }, outcome)
        {
            Found = found, About = about, Seen = [.. fresh.Select(a => a.RemoteId)], IsPhaseOver = next is null, Sighted = kind == AccountKind.User ? fresh : [],
        };
    }

    // A listing by index leaves accounts out where others go meanwhile. Those of ours are read by themselves; for those of others it is read once more.
    private async Task<ListingPlace?> AgainAsync(Reconciliation r, AccountKind kind, ListingPlace place, AccountPage page, int fresh, CancellationToken cancel)
    {
        if (page.Total is not { } total || place.IsSecond)
            return null;
        var seen = fresh + await database.ReadAsync(s => ReconciliationStore.CountSeenAsync(s, r.Id, Difference.SubjectOf(kind), cancel), cancel);
        return seen < total ? new ListingPlace(null, total, IsSecond: true) : null;
    }

    private async Task<ReconciliationStep> AbsentAsync(Reconciliation r, AccountKind kind, CancellationToken cancel)
    {
        var ids = await database.ReadAsync(
            s => ReconciliationStore.UnseenAsync(s, r.Id, configured.Name, kind, r.Place ?? "", UsersAtOnce, cancel), cancel);
        var (failure, found, read) = await reader.CompareResourcesAsync(kind, ids, cancel);
        if (failure is not null)
            return ReconciliationStep.Failed(r, failure);
        var counts = ReconciliationCounts.Parse(r.Counts);

        // Whose account waits to be matched has one.
        var matched = await OfKindAsync(r, DifferenceKind.Unmatched, found, cancel);
        found.RemoveAll(f => f.Kind == DifferenceKind.Missing && matched.Contains(f.ResourceId!));
        return Next(r with { Counts = (counts with { Read = counts.Read + read }).ToJson() }, ids, UsersAtOnce, found);
    }

    private async Task<ReconciliationStep> MembersAsync(Reconciliation r, CancellationToken cancel)
    {
        if (!target.Capabilities.Groups)
            return Over(r);
        var ids = await database.ReadAsync(s => ReconciliationStore.GroupsAsync(s, configured.Name, r.Place ?? "", GroupsAtOnce, cancel), cancel);
        return await OfGroupsAsync(r, ids, GroupsAtOnce, cancel);
    }

    private async Task<ReconciliationStep> OfGroupsAsync(Reconciliation r, List<string> ids, int atOnce, CancellationToken cancel)
    {
        var (found, counts) = (new List<Difference>(), ReconciliationCounts.Parse(r.Counts));
        var compared = new ConcurrentDictionary<string, (Outcome? Failure, List<Difference>? Found, int Members)>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            ids,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, target.Capabilities.InFlight), CancellationToken = cancel },
            async (id, stop) => compared[id] = await reader.CompareMembersAsync(id, stop));
        foreach (var (failure, differences, members) in ids.Select(id => compared[id]))
        {
            if (failure is not null)
                return ReconciliationStep.Failed(r, failure);
            found.AddRange(differences ?? []);
            counts = counts with { Memberships = counts.Memberships + members, Unread = counts.Unread + (differences is null ? 1 : 0) };
        }

        // Whose account is gone is put into groups with a new one.
        var gone = await OfKindAsync(r, DifferenceKind.Missing, found.Where(f => f.Kind == DifferenceKind.MissingMembership), cancel);
        found.RemoveAll(f => f.Kind == DifferenceKind.MissingMembership && gone.Contains(f.ResourceId!));

        // A stranger in a group who could be somebody of ours may well belong there.
        var strangers = found.Where(f => f is { Kind: DifferenceKind.ExtraMembership, ResourceId: null }).Select(f => f.RemoteId!).Distinct(StringComparer.Ordinal).ToList();
        var unmatched = strangers.Count == 0 ? [] : await database.ReadAsync(
            s => ReconciliationStore.FoundAsync(s, r.Id, DifferenceKind.Unmatched, strangers, cancel), cancel);
        found = found.ConvertAll(f => f is { Kind: DifferenceKind.ExtraMembership, ResourceId: null } && unmatched.Contains(f.RemoteId!)
            ? f with { Standing = Standing.Pending, Because = "The account has to be matched first." }
            : f);
        return Next(r with { Counts = counts.ToJson() }, ids, atOnce, found);
    }

    /// <summary>Of which of those that differ something else was found before.</summary>
    private async Task<HashSet<string>> OfKindAsync(Reconciliation r, DifferenceKind kind, IEnumerable<Difference> differing, CancellationToken cancel)
    {
        var ids = differing.Select(d => d.ResourceId).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return ids.Count == 0 ? [] : (await database.ReadAsync(s => ReconciliationStore.OfAsync(s, r.Id, ids, cancel), cancel))
            .Where(d => d.Difference.Kind == kind).Select(d => d.Difference.ResourceId!).ToHashSet(StringComparer.Ordinal);
    }

    private async Task<ReconciliationStep> LeaversAsync(Reconciliation r, CancellationToken cancel)
    {
        var days = configured.Settings.Reconcile.LeaverDays;
        var kinds = configuration.Revocation.Kinds.Where(k => k != AccessKind.Account && target.Capabilities.ReadsAccess.Contains(k)).Order().ToList();
        if (days == 0 || kinds.Count == 0)
            return Over(r);
        var since = (clock.GetCurrentInstant() - Duration.FromDays(days)).ToMicroseconds();
        var leavers = await database.ReadAsync(s => ReconciliationStore.LeaversAsync(s, configured.Name, since, r.Place ?? "", LeaversAtOnce, cancel), cancel);
        var found = new ConcurrentBag<Difference>();
        Outcome? failure = null;
        await Parallel.ForEachAsync(
            leavers.SelectMany(l => kinds.Select(k => (Leaver: l, Kind: k))),
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, target.Capabilities.InFlight), CancellationToken = cancel },
            async (item, stop) =>
            {
                if (Volatile.Read(ref failure) is not null)
                    return;
                var (outcome, reading) = await target.ReadAccessAsync(item.Kind, item.Leaver.RemoteId, Microseconds.ToInstant(item.Leaver.Since), stop);
                if (outcome is Outcome.Retry or Outcome.Stop)
                    Volatile.Write(ref failure, outcome);
                else if (reading is not null && await OfLeaverAsync(item.Leaver, item.Kind, reading, stop) is { } difference)
                    found.Add(difference);
            });
        return failure is not null
            ? ReconciliationStep.Failed(r, failure)
            : Next(r, leavers.ConvertAll(l => l.ResourceId), LeaversAtOnce,
                [.. found.OrderBy(f => f.ResourceId, StringComparer.Ordinal).ThenBy(f => f.Kind).ThenBy(f => f.What[0], StringComparer.Ordinal)]);
    }

    private async Task<Difference?> OfLeaverAsync(FormerMember leaver, AccessKind kind, AccessReading reading, CancellationToken cancel)
    {
        if (kind == AccessKind.Memberships && reading.Left is { Count: > 0 } groups)
        {
            // Those of our groups are compared with the groups.
            var ours = await database.ReadAsync(s => ReconciliationStore.LinkedAsync(s, configured.Name, groups, cancel), cancel);
            reading = reading with { Left = [.. groups.Where(g => !ours.ContainsKey(g))] };
        }

        var difference = AccessReconciler.OfLeaver(leaver.ResourceId, leaver.RemoteId, kind, reading);
        return difference is not null && leaver.IsOpen
            ? difference with { Standing = Standing.Pending, Because = "The end of access is still being brought about." }
            : difference;
    }

    private async Task<ReconciliationStep> ChangesAsync(Reconciliation r, AccountKind kind, CancellationToken cancel)
    {
        var mark = kind == AccountKind.User ? r.UserMark : r.GroupMark;
        if (mark is null || (kind == AccountKind.Group && !target.Capabilities.Groups))
            return Over(r);
        var (outcome, page) = await target.ListAsync(kind, mark, r.Place, cancel);
        if (page is null)
        {
            return outcome is Outcome.Gone
                ? new ReconciliationStep(r with { Place = null, UserMark = null, GroupMark = null }, outcome) { IsStale = true }
                : ReconciliationStep.Failed(r, outcome);
        }

        var seen = new List<ObservedAccount>();
        var (failure, found) = await reader.ReadAndCompareAsync(kind, [.. page.Changed.Select(id => ((string?)null, id))], cancel, seen);
        if (failure is not null)
            return ReconciliationStep.Failed(r, failure);
        var gone = await database.ReadAsync(s => ReconciliationStore.LinkedAsync(s, configured.Name, page.Removed, cancel), cancel);
        var (unread, missing, _) = await reader.CompareResourcesAsync(kind, [.. gone.Values.Select(g => g.Link.ResourceId)], cancel);
        if (unread is not null)
            return ReconciliationStep.Failed(r, unread);
        found.AddRange(missing);
        var counts = ReconciliationCounts.Parse(r.Counts);
        if (kind == AccountKind.Group)
        {
            var groups = await database.ReadAsync(s => ReconciliationStore.LinkedAsync(s, configured.Name, page.Changed, cancel), cancel);
            foreach (var group in groups.Values.Select(g => g.Link.ResourceId).Order(StringComparer.Ordinal))
            {
                var (unlisted, differences, members) = await reader.CompareMembersAsync(group, cancel);
                if (unlisted is not null)
                    return ReconciliationStep.Failed(r, unlisted);
                found.AddRange(differences ?? []);
                counts = counts with { Memberships = counts.Memberships + members, Unread = counts.Unread + (differences is null ? 1 : 0) };
            }

            counts = counts with { Groups = counts.Groups + page.Changed.Count };
        }
        else
        {
            counts = counts with { Users = counts.Users + page.Changed.Count };
        }

        r = r with { Counts = (counts with { Read = counts.Read + page.Changed.Count }).ToJson(), Place = page.Next };
        if (page.Mark is not null)
            r = kind == AccountKind.User ? r with { UserMark = page.Mark } : r with { GroupMark = page.Mark };
        return new ReconciliationStep(r, outcome)
        {
            Found = found, About = Difference.SubjectOf(kind), IsPhaseOver = page.Next is null, Sighted = kind == AccountKind.User ? seen : [],
            Vanished = kind == AccountKind.User ? [.. page.Removed, .. page.Changed.Except(seen.Select(a => a.RemoteId), StringComparer.Ordinal)] : [],
        };
    }

    private async Task<ReconciliationStep> PrivilegedUsersAsync(Reconciliation r, CancellationToken cancel)
    {
        var groups = await PrivilegedAsync(cancel);
        var people = await database.ReadAsync(s => ReconciliationStore.MembersAsync(s, groups, r.Place ?? "", UsersAtOnce, cancel), cancel);
        var (failure, found, read) = await reader.CompareResourcesAsync(AccountKind.User, people, cancel);
        if (failure is not null)
            return ReconciliationStep.Failed(r, failure);
        var counts = ReconciliationCounts.Parse(r.Counts);
        return Next(
            r with { Counts = (counts with { Users = counts.Users + people.Count, Read = counts.Read + read }).ToJson() }, people, UsersAtOnce, found);
    }

    private async Task<ReconciliationStep> PrivilegedGroupsAsync(Reconciliation r, CancellationToken cancel)
    {
        if (!target.Capabilities.Groups)
            return Over(r);
        var ids = (await PrivilegedAsync(cancel)).Where(id => string.CompareOrdinal(id, r.Place ?? "") > 0).Take(GroupsAtOnce).ToList();
        var (failure, found, _) = await reader.CompareResourcesAsync(AccountKind.Group, ids, cancel);
        if (failure is not null)
            return ReconciliationStep.Failed(r, failure);
        var step = await OfGroupsAsync(r, ids, GroupsAtOnce, cancel);
        return step with { Found = [.. found, .. step.Found] };
    }

    private async Task<List<string>> PrivilegedAsync(CancellationToken cancel)
    {
        var rules = schedule.PrivilegedRules();
        var groups = await database.ReadAsync(s => ReconciliationStore.RuledGroupsAsync(s, cancel), cancel);
        return [.. groups.Where(g => RuledGroup.RuleOf(g.Origin) is { } rule && rules.Contains(rule)).Select(g => g.Id).Order(StringComparer.Ordinal)];
    }

    private async Task<ReconciliationStep> WorkerAsync(Reconciliation r, CancellationToken cancel)
    {
        var id = r.Subject!;
        var (failure, found, read) = await reader.CompareResourcesAsync(AccountKind.User, [id], cancel);
        if (failure is not null)
            return ReconciliationStep.Failed(r, failure);
        var (unread, memberships) = await MembershipsAsync(id, cancel);
        if (unread is not null)
            return ReconciliationStep.Failed(r, unread);
        if (!found.Exists(f => f.Kind == DifferenceKind.Missing))
            found.AddRange(memberships);
        return new ReconciliationStep(r with { Counts = (ReconciliationCounts.Parse(r.Counts) with { Users = 1, Read = read }).ToJson() }, new Outcome.Done())
        {
            Found = found, IsPhaseOver = true,
        };
    }

    private async Task<(Outcome? Failure, List<Difference> Found)> MembershipsAsync(string id, CancellationToken cancel)
    {
        var link = (await database.ReadAsync(s => LinkStore.FindAsync(s, configured.Name, [id], cancel), cancel)).GetValueOrDefault(id);
        if (link?.RemoteId is not { } remote || !target.Capabilities.Groups || !target.Capabilities.ReadsAccess.Contains(AccessKind.Memberships))
            return (null, []);
        var (outcome, reading) = await target.ReadAccessAsync(AccessKind.Memberships, remote, clock.GetCurrentInstant(), cancel);
        if (outcome is Outcome.Retry or Outcome.Stop)
            return (outcome, []);
        if (reading?.Left is not { } left)
            return (null, []);
        var wanted = await database.ReadAsync(
            async s =>
            {
                var groups = (await MembershipStore.OfMembersAsync(s, [id], cancel)).ConvertAll(m => m.GroupId);
                var ours = (await ReconciliationStore.LinkedAsync(s, configured.Name, left, cancel)).Values.Select(l => l.Link.ResourceId);
                return groups.Union(ours, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            },
            cancel);
        var found = new List<Difference>();
        foreach (var group in wanted)
        {
            var (failure, differences, _) = await reader.CompareMembersAsync(group, cancel);
            if (failure is not null)
                return (failure, []);
            found.AddRange((differences ?? []).Where(d => d.ResourceId == id));
        }

        return (null, found);
    }

    private static ReconciliationStep Over(Reconciliation r) => new(r with { Place = null }, new Outcome.Done()) { IsPhaseOver = true };

    private static ReconciliationStep Next(Reconciliation r, List<string> ids, int atOnce, List<Difference> found) =>
        new(r with { Place = ids.Count < atOnce ? null : ids[^1] }, new Outcome.Done()) { Found = found, IsPhaseOver = ids.Count < atOnce };

    private sealed record ListingPlace(string? At, int? Total, bool IsSecond);
}
