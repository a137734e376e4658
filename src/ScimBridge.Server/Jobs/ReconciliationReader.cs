using System.Collections.Concurrent;
using NodaTime;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Compares what was seen of accounts and groups. What a listing shows of an account that changed a short while ago is not believed: it is read
/// once more by itself, and so is what a listing did not show.
/// </summary>
internal sealed class ReconciliationReader(
    ConfiguredTarget configured, bool isObserved, ITarget target, ReconciliationCases cases, Database database, DeliveryDoor door, IClock clock)
{
    /// <summary>Compares accounts as a listing showed them.</summary>
    public async Task<(Outcome? Failure, List<Difference> Found)> CompareAsync(
        AccountKind kind, IReadOnlyList<Sight> sights, Instant readAt, CancellationToken cancel)
    {
        var (found, doubtful) = (new List<Difference>(), new List<Sight>());
        foreach (var (account, isFresh) in await cases.LoadAsync(kind, sights, readAt, cancel))
        {
            var differences = AccountReconciler.Compare(account, target.Capabilities);
            if (isFresh && account.Observed is { } seen && differences.Any(d => d.Standing == Standing.Open))
                doubtful.Add(new Sight(account.Link?.ResourceId, seen));
            else
                found.AddRange(differences);
        }

        if (doubtful.Count == 0)
            return (null, found);
        var again = clock.GetCurrentInstant();
        var (failure, read) = await ReadAsync(kind, [.. doubtful.Select(d => (d.ResourceId, d.Observed!.RemoteId))], cancel);
        if (failure is not null)
            return (failure, []);
        found.AddRange(await CompareReadAsync(kind, read, again, cancel));
        return (null, found);
    }

    /// <summary>Reads accounts one by one and compares them; <paramref name="seen"/> takes those that are there.</summary>
    public async Task<(Outcome? Failure, List<Difference> Found)> ReadAndCompareAsync(
        AccountKind kind, IReadOnlyList<(string? ResourceId, string RemoteId)> accounts, CancellationToken cancel, List<ObservedAccount>? seen = null)
    {
        var readAt = clock.GetCurrentInstant();
        var (failure, read) = await ReadAsync(kind, accounts, cancel);
        seen?.AddRange(read.Select(r => r.Observed).OfType<ObservedAccount>());
        return failure is not null ? (failure, []) : (null, await CompareReadAsync(kind, read, readAt, cancel));
    }

    /// <summary>Reads the accounts of resources, whether they have any or not, and compares them.</summary>
    public async Task<(Outcome? Failure, List<Difference> Found, int Read)> CompareResourcesAsync(
        AccountKind kind, IReadOnlyCollection<string> resourceIds, CancellationToken cancel)
    {
        if (resourceIds.Count == 0)
            return (null, [], 0);
        var readAt = clock.GetCurrentInstant();
        var links = await database.ReadAsync(s => ReconciliationStore.LinksAsync(s, configured.Name, resourceIds, cancel), cancel);
        var linked = links.Values.Where(l => l.Link.RemoteId is not null).Select(l => ((string?)l.Link.ResourceId, l.Link.RemoteId!)).ToList();
        var (failure, read) = await ReadAsync(kind, linked, cancel);
        if (failure is not null)
            return (failure, [], 0);
        var unlinked = resourceIds.Where(id => links.GetValueOrDefault(id).Link?.RemoteId is null).Select(id => new Sight(id, null));
        return (null, await CompareReadAsync(kind, [.. read, .. unlinked], readAt, cancel), linked.Count);
    }

    /// <summary>Compares who is in a group; null where the target does not show it, or has no such group.</summary>
    public async Task<(Outcome? Failure, List<Difference>? Found, int Members)> CompareMembersAsync(string groupId, CancellationToken cancel)
    {
        var (failure, found, count) = await CompareMembersOnceAsync(groupId, cancel);
        if (failure is not null || found is null || !found.Exists(f => f.Standing == Standing.Open))
            return (failure, found, count);

        // What was delivered between reading and loading is on one side alone, but not twice in the same way.
        var (second, again, _) = await CompareMembersOnceAsync(groupId, cancel);
        if (second is not null || again is null)
            return (second, null, 0);
        return (null, again.FindAll(a => a.Standing != Standing.Open || found.Exists(f => f.Kind == a.Kind && f.RemoteId == a.RemoteId)), count);
    }

    /// <summary>Reads accounts; one that is gone is null.</summary>
    private async Task<(Outcome? Failure, List<Sight> Sights)> ReadAsync(
        AccountKind kind, IReadOnlyList<(string? ResourceId, string RemoteId)> accounts, CancellationToken cancel)
    {
        var read = new ConcurrentBag<(int Order, Sight Sight)>();
        Outcome? failure = null;
        await Parallel.ForEachAsync(
            accounts.Select((account, order) => (account, order)),
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, target.Capabilities.InFlight), CancellationToken = cancel },
            async (item, stop) =>
            {
                if (Volatile.Read(ref failure) is not null)
                    return;
                var (outcome, account) = await target.GetAsync(kind, item.account.RemoteId, stop);
                if (outcome is Outcome.Done or Outcome.Gone)
                    read.Add((item.order, new Sight(item.account.ResourceId, account)));
                else
                    Volatile.Write(ref failure, outcome);
            });
        return (failure, [.. read.OrderBy(r => r.Order).Select(r => r.Sight)]);
    }

    private async Task<List<Difference>> CompareReadAsync(AccountKind kind, IReadOnlyList<Sight> sights, Instant readAt, CancellationToken cancel)
    {
        // An account that nobody had and that is gone is nothing.
        var left = sights.Where(s => s.ResourceId is not null || s.Observed is not null).ToList();
        return [.. (await cases.LoadAsync(kind, left, readAt, cancel)).SelectMany(a => AccountReconciler.Compare(a.Account, target.Capabilities))];
    }

    private async Task<(Outcome? Failure, List<Difference>? Found, int Members)> CompareMembersOnceAsync(string groupId, CancellationToken cancel)
    {
        var links = await database.ReadAsync(s => ReconciliationStore.LinksAsync(s, configured.Name, [groupId], cancel), cancel);
        if (!links.TryGetValue(groupId, out var link) || link.Link.RemoteId is not { } remoteGroup)
            return (null, null, 0);
        var observed = new HashSet<string>(StringComparer.Ordinal);
        string? at = null;
        do
        {
            var (outcome, page) = await target.ListMembersAsync(remoteGroup, at, cancel);
            if (outcome is Outcome.Gone && at is null)
                return (null, null, 0);
            if (outcome is not Outcome.Done)
                return (outcome, null, 0);
            if (page is null)
                return (null, null, 0);
            observed.UnionWith(page.Members);
            at = page.Next;
        }
        while (at is not null);

        var group = await database.ReadAsync(s => LoadAsync(s, groupId, link.Link, observed, cancel), cancel);
        return (null, [.. MembershipReconciler.Compare(group)], observed.Count);
    }

    private async Task<ReconciledGroup> LoadAsync(Session session, string groupId, Link link, HashSet<string> observed, CancellationToken cancel)
    {
        var wanted = await ReconciliationStore.WantedMembersAsync(session, configured.Name, groupId, cancel);
        var right = wanted.Select(w => w.RemoteId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var extra = observed.Where(o => !right.Contains(o)).ToList();
        var linked = await ReconciliationStore.LinkedAsync(session, configured.Name, extra, cancel);
        var differing = linked.Values.Select(l => l.Link.ResourceId)
            .Concat(wanted.Where(w => w.RemoteId is { } remote && !observed.Contains(remote)).Select(w => w.ResourceId)).ToList();
        var shielded = differing.Count == 0 ? [] : await door.ProtectedAsync(
            session,
            [.. (await LinkStore.FindAsync(session, configured.Name, differing, cancel)).Values.Select(l => (l.ResourceId, (Link?)l))],
            cancel);
        var pending = await ReconciliationStore.DueMembersAsync(session, configured.Name, groupId, cancel);

        // Who is made or forgotten is put into groups with that.
        pending.UnionWith((await DueStore.OpenAsync(session, configured.Name, differing, cancel)).Where(o => !o.Value.IsDead).Select(o => o.Key));
        return new ReconciledGroup(groupId, [.. wanted.Select(w => new WantedMember(w.ResourceId, w.RemoteId, w.Active))], observed)
        {
            Linked = linked.ToDictionary(l => l.Key, l => l.Value.Link.ResourceId, StringComparer.Ordinal),
            Pending = isObserved ? new HashSet<string>() : pending,
            Protected = new HashSet<string>([.. shielded, .. configured.Settings.Protect.Ids], StringComparer.Ordinal),
            IsProtected = configured.Settings.Protect.Ids.Contains(groupId) || configured.Settings.Protect.Ids.Contains(link.RemoteId!)
                || await IsNamedAsync(session, groupId, cancel),
        };
    }

    private async Task<bool> IsNamedAsync(Session session, string groupId, CancellationToken cancel) =>
        configured.Settings.Protect.Groups is { Count: > 0 } names
        && (await ResourceStore.DisplaysAsync(session, [groupId], cancel)).TryGetValue(groupId, out var name)
        && names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
