using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Loads the newest truth about what is due at a target, and plans.</summary>
internal sealed class DeliveryLoader(string target, Capabilities capabilities, TargetProfile profile)
{
    // So many accounts are worth sharing among processors.
    private const int WorthSharing = 256;

    /// <summary>The work behind the marks. Of each group, at most one call's worth of members.</summary>
    public async Task<List<DeliveryWork>> LoadAsync(Session session, IReadOnlyCollection<DueItem> items, CancellationToken cancel)
    {
        var work = new List<DeliveryWork>();
        await AddAccountsAsync(session, [.. items.Where(i => i.MemberId.Length == 0)], work, cancel);
        await AddMembersAsync(session, [.. items.Where(i => i.MemberId.Length > 0)], work, cancel);
        return work;
    }

    private async Task AddAccountsAsync(Session session, List<DueItem> items, List<DeliveryWork> work, CancellationToken cancel)
    {
        if (items.Count == 0)
            return;
        var rows = await ResourceStore.FindAsync(session, items.ConvertAll(i => i.ResourceId), cancel);
        var bodies = Each(rows.Values, r => KeyValuePair.Create(r.Id, JsonNode.Parse(r.Body)!.AsObject())).ToDictionary(StringComparer.Ordinal);
        var managers = bodies.Values.Select(AccountMapping.ManagerOf).OfType<string>();
        var links = await LinkStore.FindAsync(
            session, target, [.. items.Select(i => i.ResourceId).Concat(managers).Distinct(StringComparer.Ordinal)], cancel);
        work.AddRange(Each(items, item => Account(item, rows.GetValueOrDefault(item.ResourceId), bodies.GetValueOrDefault(item.ResourceId), links)));
    }

    // Mapping and comparing take a processor, and nothing but one.
    private static IEnumerable<TResult> Each<T, TResult>(IReadOnlyCollection<T> items, Func<T, TResult> make) =>
        items.Count < WorthSharing ? items.Select(make) : items.AsParallel().AsOrdered().Select(make);

    private DeliveryWork Account(DueItem item, ResourceRow? row, JsonObject? body, Dictionary<string, Link> links)
    {
        var link = links.GetValueOrDefault(item.ResourceId);
        if (row is null || body is null)
        {
            // The kind of what is no more is told by what was delivered: a user has a user name.
            var was = link is not null && JsonNode.Parse(link.Delivered)?["userName"] is null && link.Delivered != "{}"
                ? AccountKind.Group
                : AccountKind.User;
            return new AccountWork(item, was, AccountPlanner.Plan(mapped: null, link, was, capabilities), Mapped: null, link);
        }

        if (row.Type != "Group")
            return User(item, body, link, AccountMapping.ManagerOf(body) is { } m ? links.GetValueOrDefault(m)?.RemoteId : null);
        var group = AccountMapping.Group(item.ResourceId, body);
        return new AccountWork(item, AccountKind.Group, AccountPlanner.Plan(group, link, AccountKind.Group, capabilities), group, link);
    }

    private DeliveryWork User(DueItem item, JsonObject body, Link? link, string? managerRemoteId)
    {
        // What is left to the target is not compared.
        var compared = link is null ? null : link with { Delivered = profile.Without(link.Delivered) };
        try
        {
            var mapped = AccountMapping.User(item.ResourceId, body, managerRemoteId, profile);
            return new AccountWork(
                item, AccountKind.User, AccountPlanner.Plan(mapped, compared, AccountKind.User, capabilities), mapped, compared);
        }
        catch (MappingException) when (body["active"]?.GetValue<bool>() == false && link is { RemoteId: { } id, Active: true } && capabilities.Disable)
        {
            // Who has to go goes, with the account as it is.
            var account = new DesiredAccount(AccountKind.User, item.ResourceId, Active: false, AccountPlanner.Delivered(link));
            return new AccountWork(item, AccountKind.User, new Operation.Update(id, account, [], Active: false), Mapped: null, link);
        }
        catch (MappingException e)
        {
            return new UnmappedWork(item, e);
        }
    }

    private async Task AddMembersAsync(Session session, List<DueItem> items, List<DeliveryWork> work, CancellationToken cancel)
    {
        if (items.Count == 0)
            return;
        var groups = items.Select(i => i.ResourceId).Distinct(StringComparer.Ordinal).ToArray();
        var members = items.Select(i => i.MemberId).Distinct(StringComparer.Ordinal).ToArray();
        var links = await LinkStore.FindAsync(session, target, [.. groups, .. members], cancel);
        var wanted = await MembershipStore.ExistingAsync(session, groups, members, cancel);
        var acknowledged = await LinkStore.FindMembersAsync(session, target, groups, members, cancel);
        foreach (var group in items.GroupBy(i => i.ResourceId, StringComparer.Ordinal))
        {
            var bundle = new List<DueItem>();
            var nothing = new List<DueItem>();
            var add = new Dictionary<string, string>(StringComparer.Ordinal);
            var remove = new Dictionary<string, string>(StringComparer.Ordinal);
            var remoteGroup = links.GetValueOrDefault(group.Key)?.RemoteId;
            foreach (var item in group)
            {
                var remote = links.GetValueOrDefault(item.MemberId)?.RemoteId;
                var key = (group.Key, item.MemberId);
                var isWanted = wanted.Contains(key);
                if (remoteGroup is null || remote is null || !capabilities.Groups || (isWanted ? acknowledged.GetValueOrDefault(key) : !acknowledged.ContainsKey(key)))
                {
                    // Nothing to do, or not yet: who is linked later is marked again then.
                    nothing.Add(item);
                }
                else if (bundle.Count < capabilities.MembersPerCall)
                {
                    bundle.Add(item);
                    (isWanted ? add : remove)[item.MemberId] = remote;
                }
            }

            if (bundle.Count > 0)
                work.Add(new MemberWork(bundle, group.Key, remoteGroup!, add, remove));
            if (nothing.Count > 0)
                work.Add(new NoWork(nothing));
        }
    }
}
