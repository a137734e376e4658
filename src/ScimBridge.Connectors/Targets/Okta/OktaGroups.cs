using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Delivers groups of type OKTA_GROUP. Those of applications and Okta's own are managed elsewhere, and a group that a rule fills puts
/// back who is taken out, or remembers them as exceptions of the rule.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/"/>,
/// <see href="https://github.com/okta/terraform-provider-okta/issues/179"/>
/// </summary>
internal sealed class OktaGroups(OktaClient client, OktaSearch search, OktaTargetOptions options, TimeProvider clock) : IDisposable
{
    private const string Own = "OKTA_GROUP";

    /// <summary>The members of one group that are changed at once; all calls together stay below inFlight.</summary>
    private const int MembersAtOnce = 4;

    private readonly OktaRules _rules = new(search, clock);

    public async Task<Outcome> FindAsync(string key, CancellationToken cancel)
    {
        var (found, failure) = await search.GroupsByKeyAsync(key, cancel);
        return found switch
        {
            null => failure!,
            [] => new Outcome.Gone(),
            [var group] => new Outcome.Exists(group.Id),
            _ => Undecided.Of("GET groups", $"{found.Count} groups carry the same key of ours: a person has to decide which is the right one."),
        };
    }

    public async Task<(Outcome Outcome, ObservedAccount? Account)> GetAsync(string id, CancellationToken cancel)
    {
        var (group, failure) = await ReadAsync(id, cancel);
        if (group is null)
            return (failure!, null);
        return (new Outcome.Done(group.Id), Observed(group, search));
    }

    public static ObservedAccount Observed(OktaGroup group, OktaSearch search)
    {
        var attributes = new JsonObject();
        if (group.Profile?["name"] is { } name)
            attributes["displayName"] = name.DeepClone();
        return new ObservedAccount(AccountKind.Group, group.Id, search.KeyOf(group.Profile), Active: null, attributes);
    }

    /// <summary>What of these attributes a group shows that has them.</summary>
    public static JsonObject Shown(JsonObject attributes) =>
        attributes["displayName"] is { } name ? new JsonObject { ["displayName"] = name.DeepClone() } : [];

    public async Task<Outcome> CreateAsync(DesiredAccount account, CancellationToken cancel)
    {
        if (account.Attributes["displayName"] is not JsonValue name)
            return new Outcome.Rejected("A group without a name cannot be made in Okta.");
        var profile = new JsonObject { ["name"] = name.DeepClone(), [options.CorrelationAttribute] = account.CorrelationKey };
        var reply = await client.SendAsync(
            HttpMethod.Post, OktaRoute.Groups(), OktaJson.Bytes(new JsonObject { ["profile"] = profile }), cancel);
        if (reply.IsConflict)
            return await HolderAsync(account.CorrelationKey, name.ToString(), cancel);
        if (reply.Failure is { } failure)
            return failure;
        return reply.As(OktaJson.Default.OktaGroup) is { Id: { Length: > 0 } id } ? new Outcome.Done(id) : OktaFailures.Unreadable("POST groups", reply.Status);
    }

    public async Task<Outcome> UpdateAsync(string id, IReadOnlyList<AttributeChange> changes, CancellationToken cancel)
    {
        var (group, failure) = await ReadAsync(id, cancel);
        if (group is null)
            return failure!;
        if (changes.LastOrDefault(c => c.Schema is null && c.Name.Equals("displayName", StringComparison.OrdinalIgnoreCase)) is not { Value: { } name }
            || JsonNode.DeepEquals(group.Profile?["name"], name))
            return new Outcome.Done(id);
        if (Refusal(group) is { } refusal)
            return refusal;
        return await WriteAsync(group, "name", name.DeepClone(), cancel) ?? new Outcome.Done(id);
    }

    public async Task<Outcome> DeleteAsync(string id, CancellationToken cancel)
    {
        var (group, failure) = await ReadAsync(id, cancel);
        if (group is null)
            return failure is Outcome.Gone ? new Outcome.Done(id) : failure!;
        if (Refusal(group) is { } refusal)
            return refusal;
        var reply = await client.SendAsync(HttpMethod.Delete, OktaRoute.Group(id), default, cancel);
        return reply.IsGone ? new Outcome.Done(id) : reply.Failure ?? new Outcome.Done(id);
    }

    public async Task<Outcome> ChangeMembersAsync(
        string id, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel)
    {
        if (add.Count == 0 && remove.Count == 0)
            return new Outcome.Done(id);
        var (group, failure) = await ReadAsync(id, cancel);
        if (group is null)
            return failure!;
        if (Refusal(group) is { } refusal)
            return refusal;
        if (await _rules.RefusalAsync(id, cancel) is { } filled)
            return filled;

        // Removals first: what breaks off takes access away rather than giving it.
        if (await EachAsync(id, HttpMethod.Delete, remove, cancel) is { } unremoved)
            return unremoved;
        return await EachAsync(id, HttpMethod.Put, add, cancel) is { } unadded
            ? remove.Count > 0 ? unadded.AfterOthers() : unadded
            : new Outcome.Done(id);
    }

    public void Dispose() => _rules.Dispose();

    /// <summary>Each is a call of its own, and may be repeated. The gravest of what goes wrong is what comes of all; null where nothing did.</summary>
    private async Task<Outcome?> EachAsync(string group, HttpMethod method, IReadOnlyCollection<string> members, CancellationToken cancel)
    {
        var (failures, done) = (new List<Outcome>(), 0);
        await Parallel.ForEachAsync(
            members,
            new ParallelOptions { MaxDegreeOfParallelism = MembersAtOnce, CancellationToken = cancel },
            async (member, stop) =>
            {
                lock (failures)
                {
                    // Who is not called for does not count as a call.
                    if (failures.Exists(f => f is Outcome.Stop or Outcome.Retry { Untouched: true, After: not null }))
                        return;
                }

                var reply = await client.SendAsync(method, OktaRoute.Member(group, member), default, stop);
                lock (failures)
                {
                    if (reply.Failure is { } failure && !(reply.IsGone && method == HttpMethod.Delete))
                        failures.Add(failure);
                    else
                        done++;
                }
            });
        var gravest = failures.Find(f => f is Outcome.Stop)
            ?? failures.Find(f => f is Outcome.Retry { After: not null })
            ?? failures.Find(f => f is Outcome.Retry)
            ?? failures.ConvertAll(f => f is Outcome.Gone
                ? new Outcome.Rejected("PUT groups/{id}/users/{id}: 404. Okta has no such user, or the group is gone.")
                : f).FirstOrDefault();
        return done > 0 ? gravest?.AfterOthers() : gravest;
    }

    private async Task<Outcome> HolderAsync(string key, string name, CancellationToken cancel)
    {
        var (found, failure) = await search.GroupsByNameAsync(name, cancel);
        if (found is null)
            return failure!;
        var own = found.FindAll(g => g.Type == Own);
        if (own.Find(g => search.KeyOf(g.Profile) == key) is { } ours)
            return new Outcome.Exists(ours.Id);
        if (own is not [var holder])
        {
            // Searches lag behind: who holds the name is not to be seen yet.
            return own.Count == 0
                ? new Outcome.Retry(null, "POST groups: 400. A group has this name, and the search does not show it yet.")
                : Undecided.Of("GET groups", $"{own.Count} groups have this name: a person has to decide which is the right one.");
        }

        if (search.KeyOf(holder.Profile) is not null)
            return new Outcome.Exists(null);
        if (!options.MatchGroups)
        {
            return new Outcome.Rejected(
                $"A group of this name was there before. Write the key into its {options.CorrelationAttribute}, or set matchGroups to take over groups by name.");
        }

        return await WriteAsync(holder, options.CorrelationAttribute, key, cancel) is { } unwritten
            ? unwritten is Outcome.Gone ? new Outcome.Retry(null, "PUT groups/{id}: 404. The group that was found is gone.") : unwritten
            : new Outcome.Exists(holder.Id);
    }

    /// <summary>A group's profile is replaced as a whole: everything else that it has is sent along.</summary>
    private async Task<Outcome?> WriteAsync(OktaGroup group, string attribute, JsonNode value, CancellationToken cancel)
    {
        var profile = (JsonObject?)group.Profile?.DeepClone() ?? [];
        profile[attribute] = value;
        foreach (var empty in profile.Where(p => p.Value is null).Select(p => p.Key).ToList())
            profile.Remove(empty);
        var reply = await client.SendAsync(
            HttpMethod.Put, OktaRoute.Group(group.Id), OktaJson.Bytes(new JsonObject { ["profile"] = profile }), cancel);
        return reply.IsConflict ? new Outcome.Exists(null) : reply.Failure;
    }

    private async Task<(OktaGroup? Group, Outcome? Failure)> ReadAsync(string id, CancellationToken cancel)
    {
        var reply = await client.SendAsync(HttpMethod.Get, OktaRoute.Group(id), default, cancel);
        if (reply.Failure is { } failure)
            return (null, failure);
        return reply.As(OktaJson.Default.OktaGroup) is { Id: { Length: > 0 } } group
            ? (group, null)
            : (null, OktaFailures.Unreadable("GET groups/{id}", reply.Status));
    }

    private static Outcome.Rejected? Refusal(OktaGroup group) => group.Type switch
    {
        Own => null,
        "APP_GROUP" => new Outcome.Rejected("The group comes from an application or directory (APP_GROUP) and is managed there; deliver to a group of Okta's own."),
        "BUILT_IN" => new Outcome.Rejected("The group is one of Okta's own (BUILT_IN), which nobody changes."),
        _ => new Outcome.Rejected("The group is of a type that is not known here, and is left alone."),
    };
}
