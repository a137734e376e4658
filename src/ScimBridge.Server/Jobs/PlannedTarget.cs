using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Looks up by which keys groups are known in plans.</summary>
internal delegate Task<IReadOnlyDictionary<string, string>> KeysOfGroups(Session session, IEnumerable<string> ids, CancellationToken cancel);

/// <summary>A resource that stays as it is at the bridge itself, with its worker where it has one.</summary>
internal sealed record ComparedResource(ResourceRow Row, AccountKind Kind, JsonObject Body, string? Source, string? WorkerId, string? Department);

/// <summary>A membership that stays as it is at the bridge itself, with its worker where it has one.</summary>
internal sealed record ComparedMember(string GroupId, string MemberId, string? Source, string? WorkerId, string? Department);

/// <summary>Says what changes of resources and memberships come to at one target, against what that target has acknowledged.</summary>
internal sealed class PlannedTarget
{
    private const int ResourcesAtOnce = 2_000;

    // What stands for the account of a manager who gets one by the same plan.
    private const string AccountToCome = "~";
    private const string Rule = "configuration";
    private readonly string _name;
    private readonly Capabilities _capabilities;
    private readonly TargetProfile _profile;

    // Who has an account or gets one; kept where everything is compared, because memberships are compared apart.
    private readonly HashSet<string> _accounts = new(StringComparer.Ordinal);

    // Who gets an account by the decisions, with what was said of that.
    private readonly Dictionary<string, PlanItem> _created = new(StringComparer.Ordinal);

    // What is another thing with the manager's account than without it, and is not known before everybody has been decided.
    private readonly List<(string ManagerId, PlanItem? With, PlanItem? Without)> _pending = [];

    /// <summary>Asks the target what it can do; nothing is called.</summary>
    public PlannedTarget(ConfiguredTarget target, TimeProvider time, bool isCompared)
    {
        _name = target.Name;
        _profile = target.Profile;
        IsCompared = isCompared;
        using var opened = target.Kind.Open(target.Options, time);
        _capabilities = opened.Capabilities;
    }

    /// <summary>Whether also that is compared which stays as it is at the bridge itself.</summary>
    public bool IsCompared { get; }

    /// <summary>What the changes come to.</summary>
    public async Task<List<PlanItem>> PlanAsync(
        Session session, IReadOnlyList<PlannedResource> resources, IReadOnlyList<PlannedMember> members, CancellationToken cancel)
    {
        if (resources.Count == 0 && members.Count == 0)
            return [];
        var links = await LinkStore.FindAsync(
            session,
            _name,
            [.. resources.Select(r => r.Id).Concat(members.Select(m => m.MemberId)).Concat(resources.Select(r => r.ManagerId).OfType<string>())
                .Where(id => !PlannedBatch.IsNotYet(id)).Distinct(StringComparer.Ordinal)],
            cancel);
        var planned = resources.AsParallel().AsOrdered().Select(r => Plan(r, links)).ToList();
        _pending.AddRange(planned.Where(p => p.Awaited is not null).Select(p => (p.Awaited!, p.Item, p.Without)));
        var items = planned.Where(p => p.Awaited is null).Select(p => p.Item).OfType<PlanItem>().ToList();
        var created = resources.Zip(planned).Where(p => p.Second.Item is { Operation: PlannedOperation.Create }).Select(p => p.First.Id).ToList();
        foreach (var (resource, plan) in resources.Zip(planned).Where(p => p.Second.Item is { Operation: PlannedOperation.Create }))
            _created[resource.Id] = plan.Item!;
        if (!_capabilities.Groups)
            return items;
        var accounts = links.Values.Where(l => l.RemoteId is not null).Select(l => l.ResourceId).Concat(created).ToHashSet(StringComparer.Ordinal);
        if (IsCompared)
            _accounts.UnionWith(accounts);
        var acknowledged = await PlanStore.AcknowledgedAsync(
            session,
            _name,
            [.. members.Where(m => !PlannedBatch.IsNotYet(m.MemberId)).Select(m => (m.GroupId, m.MemberId))],
            cancel);
        items.AddRange(members
            .Where(m => accounts.Contains(m.MemberId) && m.Joins != acknowledged.Contains((m.GroupId, m.MemberId)))
            .Select(m => m.Item with { Target = _name, Basis = PlanBasis.Of(m.Item.Basis, links.GetValueOrDefault(m.MemberId)?.RemoteId) }));
        return items;
    }

    /// <summary>What could not be said before everybody was decided: who gets their manager's account named.</summary>
    public async Task<List<PlanItem>> SettleAsync(
        Session session, IReadOnlySet<string> changed, IReadOnlySet<(string GroupId, string MemberId)> changedMembers, KeysOfGroups keysOf, CancellationToken cancel)
    {
        var items = _pending.Select(p => _created.ContainsKey(p.ManagerId) ? p.With : p.Without).OfType<PlanItem>().ToList();
        // Whose memberships there were before the account, and who waits for the manager's account and is as they should be but for that:
        // both are delivered when the account is there. Where everything is compared, they are found by that.
        foreach (var managers in _created.Keys.Where(id => !IsCompared && !PlannedBatch.IsNotYet(id)).Chunk(ResourcesAtOnce))
        {
            if (_capabilities.Groups)
                items.AddRange(await JoinAsync(session, managers, changedMembers, keysOf, cancel));
            var waiting = (await PlanStore.AwaitingAsync(session, _name, managers, cancel)).Where(w => !changed.Contains(w.Row.Id)).ToList();
            var links = await LinkStore.FindAsync(session, _name, waiting.ConvertAll(w => w.Row.Id), cancel);
            items.AddRange(waiting
                .Select(w => Plan(ItemOf(w, key: null, "manager"), w.Row.Id, AccountKind.User, JsonNode.Parse(w.Row.Body)!.AsObject(), links, AccountToCome))
                .OfType<PlanItem>());
        }

        return items;
    }

    private async Task<List<PlanItem>> JoinAsync(
        Session session, string[] created, IReadOnlySet<(string GroupId, string MemberId)> changed, KeysOfGroups keysOf, CancellationToken cancel)
    {
        var members = (await MembershipStore.OfMembersAsync(session, created, cancel)).Where(m => !changed.Contains((m.GroupId, m.MemberId))).ToList();
        var acknowledged = await PlanStore.AcknowledgedAsync(session, _name, members.ConvertAll(m => (m.GroupId, m.MemberId)), cancel);
        var keys = await keysOf(session, members.Select(m => m.GroupId), cancel);
        return
        [
            .. members.Where(m => !acknowledged.Contains((m.GroupId, m.MemberId))).OrderBy(m => m.MemberId, StringComparer.Ordinal)
                .ThenBy(m => m.GroupId, StringComparer.Ordinal)
                .Select(m => _created[m.MemberId] with
                {
                    Operation = PlannedOperation.Gain,
                    Rule = PlannedMember.RuleOf(keys[m.GroupId]) ?? _created[m.MemberId].Rule,
                    Group = keys[m.GroupId],
                    Attributes = [],
                    Basis = PlanBasis.Of(m.GroupId, m.MemberId),
                }),
        ];
    }

    /// <summary>Compares resources that stay as they are at the bridge itself with what the target has acknowledged.</summary>
    /// <param name="session">The session.</param>
    /// <param name="resources">Users, or groups.</param>
    /// <param name="keys">By which keys groups are known in plans.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<List<PlanItem>> CompareAsync(
        Session session, IReadOnlyList<ComparedResource> resources, IReadOnlyDictionary<string, string> keys, CancellationToken cancel)
    {
        if (resources.Count == 0 || (resources[0].Kind == AccountKind.Group && !_capabilities.Groups))
            return [];
        var links = await LinkStore.FindAsync(
            session,
            _name,
            [.. resources.Select(r => r.Row.Id).Concat(resources.Select(r => AccountMapping.ManagerOf(r.Body)).OfType<string>()).Distinct(StringComparer.Ordinal)],
            cancel);
        var items = resources.AsParallel().AsOrdered()
            .Select(r => Plan(
                ItemOf((r.Row, r.Source, r.WorkerId, r.Department), keys.GetValueOrDefault(r.Row.Id), Rule),
                r.Row.Id,
                r.Kind,
                r.Body,
                links,
                AccountMapping.ManagerOf(r.Body) is { } manager && _created.ContainsKey(manager) ? AccountToCome : null))
            .OfType<PlanItem>().ToList();
        _accounts.UnionWith(links.Values.Where(l => l.RemoteId is not null).Select(l => l.ResourceId));
        _accounts.UnionWith(items.Where(i => i.Operation == PlannedOperation.Create).Select(i => i.ResourceId!));
        return items;
    }

    /// <summary>Compares memberships that stay as they are with what the target has acknowledged; after the resources.</summary>
    public async Task<List<(PlanItem Item, DueMark Mark)>> CompareAsync(
        Session session, IReadOnlyList<ComparedMember> members, IReadOnlyDictionary<string, string> keys, CancellationToken cancel)
    {
        if (!_capabilities.Groups)
            return [];
        var acknowledged = await PlanStore.AcknowledgedAsync(session, _name, [.. members.Select(m => (m.GroupId, m.MemberId))], cancel);
        return
        [
            .. members.Where(m => _accounts.Contains(m.MemberId) && !acknowledged.Contains((m.GroupId, m.MemberId))).Select(m => (
                new PlanItem
                {
                    Subject = m.WorkerId is null ? m.MemberId : $"{m.Source}/{m.WorkerId}",
                    Source = m.Source,
                    WorkerId = m.WorkerId,
                    ResourceId = m.MemberId,
                    Target = _name,
                    Operation = PlannedOperation.Gain,
                    Rule = Rule,
                    Department = m.Department,
                    Group = keys[m.GroupId],
                    Basis = PlanBasis.Of(m.GroupId, m.MemberId),
                },
                new DueMark(_name, m.GroupId, m.MemberId, Lane.Change))),
        ];
    }

    /// <summary>What has to be marked as due for an item about an account.</summary>
    public static DueMark MarkOf(PlanItem item) => new(item.Target!, item.ResourceId!, "", Lane.Change);

    private (PlanItem? Item, PlanItem? Without, string? Awaited) Plan(PlannedResource resource, Dictionary<string, Link> links)
    {
        var body = resource.Body;
        var kind = resource.Type == "Group" ? AccountKind.Group : AccountKind.User;
        var with = Plan(resource.Item, resource.Id, kind, body, links, AccountToCome) ?? OnTheWay(resource, kind, links);
        if (body is null || resource.ManagerId is not { } manager || links.GetValueOrDefault(manager)?.RemoteId is not null
            || links.GetValueOrDefault(resource.Id)?.RemoteId is null)
            return (with, null, null);
        return (with, Plan(resource.Item, resource.Id, kind, body, links, managerToCome: null), manager);
    }

    // Nobody would make the account for what the resource is in the end; but by then it was made.
    private PlanItem? OnTheWay(PlannedResource resource, AccountKind kind, Dictionary<string, Link> links) => resource.Body is null ? null
        : resource.Steps.Select(s => Plan(resource.Item, resource.Id, kind, JsonNode.Parse(s)!.AsObject(), links, AccountToCome))
            .FirstOrDefault(p => p is { Operation: PlannedOperation.Create });

    private PlanItem? Plan(
        PlanItem item, string id, AccountKind kind, JsonObject? body, Dictionary<string, Link> links, string? managerToCome)
    {
        var link = links.GetValueOrDefault(id) is not { } known ? null
            : kind == AccountKind.User ? known with { Delivered = _profile.Without(known.Delivered) }
            : known;
        MappedAccount? mapped;
        try
        {
            mapped = body is null ? null
                : kind == AccountKind.Group ? AccountMapping.Group(id, body)
                : AccountMapping.User(
                    id, body, AccountMapping.ManagerOf(body) is { } m ? links.GetValueOrDefault(m)?.RemoteId ?? managerToCome : null, _profile);
        }
        catch (MappingException)
        {
            // Nothing is delivered of it, but that access ends.
            return body!["active"]?.GetValue<bool>() == false && link is { RemoteId: not null, Active: true } && _capabilities.Disable
                ? item with { Target = _name, Operation = PlannedOperation.Disable, Attributes = [], Basis = PlanBasis.Of(item.Basis, link.RemoteId, link.Active) }
                : null;
        }

        var desired = mapped?.Account.Attributes.ToJsonString();
        // Most are as they should be to the letter, and need not be taken apart.
        if (link is { RemoteId: not null, IsKnown: true } && mapped is not null && link.Active == mapped.Account.Active && link.Delivered == desired)
            return null;
        return PlannedOperations.Of(AccountPlanner.Plan(mapped, link, kind, _capabilities)) is not var (operation, attributes)
            ? null
            : item with
            {
                Target = _name,
                Operation = operation,
                Attributes = attributes,
                Basis = PlanBasis.Of(item.Basis, link?.RemoteId, link?.Active, link?.Delivered, desired, mapped?.Account.Active),
            };
    }

    private static PlanItem ItemOf((ResourceRow Row, string? Source, string? WorkerId, string? Department) resource, string? key, string rule) => new()
    {
        Subject = resource.WorkerId is { } worker ? $"{resource.Source}/{worker}" : key ?? resource.Row.Id,
        Source = resource.Source,
        WorkerId = resource.WorkerId,
        ResourceId = resource.Row.Id,
        Operation = PlannedOperation.Update,
        Rule = rule,
        Department = resource.Department,
        Basis = PlanBasis.Of(resource.Row.Version),
    };
}
