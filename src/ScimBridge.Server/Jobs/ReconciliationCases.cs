using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Something to be compared: an account as it was seen, or a resource of which no account was.</summary>
/// <param name="ResourceId">The resource; null where it has to be found out whose the account is.</param>
/// <param name="Observed">The account; null where the target has none.</param>
internal readonly record struct Sight(string? ResourceId, ObservedAccount? Observed);

/// <summary>A sight with everything that is known of it.</summary>
/// <param name="Account">What is compared.</param>
/// <param name="IsFresh">What is known of it changed a short while ago: a listing may show it as it was before.</param>
internal sealed record SightedAccount(ReconciledAccount Account, bool IsFresh);

/// <summary>Loads what is known of accounts at a target: whose they are, what they should be, what was acknowledged, what is due.</summary>
internal sealed class ReconciliationCases(
    ConfiguredTarget configured, bool isObserved, ITarget target, Database database, UserFilter filter, SchemaCatalog catalog)
{
    private const string EmployeeNumber = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber";

    // What an account is recognised by, the surest first; as the index names them.
    private static readonly string[] Keys = ["userName", "emails.value", EmployeeNumber];

    private static readonly Duration Fresh = Duration.FromMinutes(15);

    /// <summary>Loads them.</summary>
    /// <param name="kind">Users or groups.</param>
    /// <param name="sights">What was seen.</param>
    /// <param name="readAt">When it began to be read: what was written since may not be in it.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<List<SightedAccount>> LoadAsync(AccountKind kind, IReadOnlyList<Sight> sights, Instant readAt, CancellationToken cancel)
    {
        if (sights.Count == 0)
            return [];
        var known = await database.ReadAsync(s => LoadAsync(s, kind, sights, cancel), cancel);
        var accounts = new List<SightedAccount>(sights.Count);
        foreach (var sight in sights)
        {
            // What the inventory has is no person's, and nobody's orphan either: it is compared as what it is.
            if (sight.ResourceId is null && known.Identities.ContainsKey(sight.Observed!.RemoteId))
                continue;
            accounts.Add(await OfAsync(kind, sight, known, readAt, cancel));
        }

        return accounts;
    }

    private async Task<Known> LoadAsync(Session session, AccountKind kind, IReadOnlyList<Sight> sights, CancellationToken cancel)
    {
        var byRemote = await ReconciliationStore.LinkedAsync(
            session, configured.Name, [.. sights.Where(s => s.ResourceId is null).Select(s => s.Observed!.RemoteId)], cancel);
        var links = await ReconciliationStore.LinksAsync(session, configured.Name, [.. sights.Select(s => s.ResourceId).OfType<string>()], cancel);
        var strangers = sights.Where(s => s.ResourceId is null && !byRemote.ContainsKey(s.Observed!.RemoteId)).Select(s => s.Observed!).ToList();
        var identities = kind == AccountKind.User ? await DiscoveryStore.KnownAsync(session, configured.Name, strangers.ConvertAll(a => a.RemoteId), cancel) : [];
        var owners = await OwnersAsync(session, kind, strangers.FindAll(a => !identities.ContainsKey(a.RemoteId)), cancel);
        var ids = byRemote.Values.Select(l => l.Link.ResourceId).Concat(sights.Select(s => s.ResourceId).OfType<string>())
            .Concat(owners.Values.Select(o => o.ResourceId)).Distinct(StringComparer.Ordinal).ToList();
        var rows = ids.Count == 0 ? [] : await ResourceStore.FindAsync(session, ids, cancel);
        var bodies = rows.Where(r => r.Value.Type == kind.ToString()).ToDictionary(r => r.Key, r => JsonNode.Parse(r.Value.Body)!.AsObject(), StringComparer.Ordinal);
        var managers = await LinkStore.FindAsync(
            session, configured.Name, [.. bodies.Values.Select(AccountMapping.ManagerOf).OfType<string>().Distinct(StringComparer.Ordinal)], cancel);
        var open = await DueStore.OpenAsync(session, configured.Name, ids, cancel);
        var shielded = await new DeliveryDoor(configured.Name, configured.Settings, filter).ProtectedAsync(
            session, [.. byRemote.Values.Concat(links.Values).Select(l => (l.Link.ResourceId, (Link?)l.Link))], cancel);
        return new Known(byRemote, links, identities, owners, bodies, managers, open, shielded);
    }

    private async Task<Dictionary<string, Owner>> OwnersAsync(Session session, AccountKind kind, List<ObservedAccount> strangers, CancellationToken cancel)
    {
        var owners = new Dictionary<string, Owner>(StringComparer.Ordinal);
        if (strangers.Count == 0)
            return owners;
        var keyed = strangers.Where(a => Guid.TryParse(a.CorrelationKey, out _)).ToList();
        var there = keyed.Count == 0 ? [] : await ResourceStore.FindAsync(session, [.. keyed.Select(a => a.CorrelationKey!).Distinct(StringComparer.Ordinal)], cancel);
        foreach (var account in keyed.Where(a => there.GetValueOrDefault(a.CorrelationKey!)?.Type == kind.ToString()))
            owners[account.RemoteId] = new Owner(account.CorrelationKey!, AccountReconciler.CorrelationKey, LinkedTo: null);
        if (kind == AccountKind.User)
        {
            var entries = strangers.Where(a => !owners.ContainsKey(a.RemoteId))
                .SelectMany(a => IndexEntries.Of(a.Attributes, catalog.User).Select(e => (a.RemoteId, Path: e.Path.ToString(), Value: IndexedValue.Of(e.Value)))).ToList();
            foreach (var path in Keys)
            {
                var asked = entries.Where(e => e.Path == path && !owners.ContainsKey(e.RemoteId)).ToList();
                if (asked.Count == 0)
                    continue;
                var holders = await ReconciliationStore.HoldersAsync(session, catalog.User.Name, path, [.. asked.Select(e => e.Value).Distinct(StringComparer.Ordinal)], cancel);
                foreach (var (remote, _, value) in asked)
                {
                    if (holders.TryGetValue(value, out var holder))
                        owners.TryAdd(remote, new Owner(holder, path, LinkedTo: null));
                }
            }
        }

        var links = owners.Count == 0 ? [] : await LinkStore.FindAsync(
            session, configured.Name, [.. owners.Values.Select(o => o.ResourceId).Distinct(StringComparer.Ordinal)], cancel);
        return owners.ToDictionary(o => o.Key, o => o.Value with { LinkedTo = links.GetValueOrDefault(o.Value.ResourceId)?.RemoteId }, StringComparer.Ordinal);
    }

    private async Task<SightedAccount> OfAsync(AccountKind kind, Sight sight, Known known, Instant readAt, CancellationToken cancel)
    {
        var held = sight.ResourceId is { } id ? Find(known.Links, id) : Find(known.ByRemote, sight.Observed!.RemoteId);
        var owner = held is null && sight.Observed is { } stranger ? known.Owners.GetValueOrDefault(stranger.RemoteId) : null;
        var resource = held?.Link.ResourceId ?? sight.ResourceId ?? owner?.ResourceId;
        var account = new ReconciledAccount
        {
            Kind = kind,
            Link = held?.Link,
            Observed = sight.Observed,
            Owner = owner,
            IsProtected = (held is { } link && known.Shielded.Contains(link.Link.ResourceId)) || (sight.Observed is { } seen && IsShielded(seen)),
        };
        if (resource is not null)
            account = Standing(account, known.Open.GetValueOrDefault(resource), held, readAt);
        if (owner is null && resource is not null && known.Bodies.TryGetValue(resource, out var body))
            account = await MappedAsync(account, resource, body, known, cancel);
        var isFresh = held is { } recent && Microseconds.ToInstant(recent.UpdatedAt) > readAt - Fresh;
        return new SightedAccount(account, isFresh || owner is not null);
    }

    private async Task<ReconciledAccount> MappedAsync(ReconciledAccount account, string resource, JsonObject body, Known known, CancellationToken cancel)
    {
        try
        {
            var mapped = account.Kind == AccountKind.Group
                ? AccountMapping.Group(resource, body)
                : AccountMapping.User(
                    resource, body, AccountMapping.ManagerOf(body) is { } manager ? known.Managers.GetValueOrDefault(manager)?.RemoteId : null, configured.Profile);
            return account with { Mapped = mapped, Shown = await target.ShownAsync(mapped.Account, cancel) };
        }
        catch (MappingException)
        {
            return account with { IsUnmapped = true, ShouldBeActive = body["active"]?.GetValue<bool>() ?? true };
        }
    }

    private ReconciledAccount Standing(ReconciledAccount account, OpenDelivery? open, HeldLink? held, Instant readAt)
    {
        if (isObserved)
            return account with { Hindrance = "The target is observed, and nothing is delivered to it." };
        return open switch
        {
            { IsDead: true } => account with { Hindrance = $"Refused: {open.Reason}" },
            { HoldId: not null } => account with { Hindrance = "It waits at the door of the target for approval." },
            not null => account with { Pending = "It is due to be delivered." },
            null when held is { } link && Microseconds.ToInstant(link.UpdatedAt) >= readAt => account with { Pending = "It was delivered while it was read." },
            null => account,
        };
    }

    private bool IsShielded(ObservedAccount account)
    {
        var protect = configured.Settings.Protect;
        var (names, member) = account.Kind == AccountKind.User ? (protect.UserNames, "userName") : (protect.Groups, "displayName");
        return protect.Ids.Contains(account.RemoteId)
            || (account.Attributes[member] is JsonValue value && value.TryGetValue<string>(out var name) && names.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    private static HeldLink? Find(Dictionary<string, HeldLink> links, string key) => links.TryGetValue(key, out var link) ? link : null;

    private sealed record Known(
        Dictionary<string, HeldLink> ByRemote,
        Dictionary<string, HeldLink> Links,
        Dictionary<string, string> Identities,
        Dictionary<string, Owner> Owners,
        Dictionary<string, JsonObject> Bodies,
        Dictionary<string, Link> Managers,
        Dictionary<string, OpenDelivery> Open,
        HashSet<string> Shielded);
}
