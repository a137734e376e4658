using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Authority;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Patching;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// Finds out within a transaction what a client's request changes, and collects it. Nothing is written here: what is collected is
/// committed whole.
/// </summary>
internal sealed class ResourceChanger(
    BridgeConfiguration configuration, GroupBook rules, ServiceAccountWriting accounts, Session session, Changes changes, Caller caller, CancellationToken cancel)
{
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly List<string> _ofHr = [];
    private readonly AgentView _agents = new(configuration.Catalog);

    /// <summary>Users of HR's that get another body: rules may say something else of them now.</summary>
    public IReadOnlyCollection<string> OfHr => _ofHr;

    /// <summary>Creates a resource (RFC 7644, 3.3), or brings back the inactive one that it was.</summary>
    /// <exception cref="ScimException">uniqueness or invalidValue.</exception>
    public async Task<Written> CreateAsync(NewResource created)
    {
        if (_agents.IsOne(created.Type))
            return (await CreateAllAsync([created]))[0];
        var body = created.Input.Body;
        if (configuration.Options.Scim.RestoreInPlace && created.Type.Schema.Find("active") is not null && IsActive(body)
            && await Restoring.FindAsync(session, created.Type, body, caller.Actor, cancel) is { } row)
            return await ChangeAsync(created.Type, row, Parse(row), body, [], created.Input.Written);
        return (await CreateAllAsync([created]))[0];
    }

    /// <summary>Creates resources, which may refer to each other (RFC 7644, 3.3).</summary>
    /// <exception cref="ScimException">uniqueness or invalidValue.</exception>
    public async Task<IReadOnlyList<Written>> CreateAllAsync(IReadOnlyList<NewResource> created)
    {
        var asked = created;
        created = [.. asked.Select(c => _agents.IsOne(c.Type) ? _agents.ToAccount(c, caller.Profile) : c)];
        var coming = created.ToDictionary(c => c.Id, c => c.Type.Name, StringComparer.Ordinal);
        var bodies = new List<JsonObject>();
        foreach (var c in created)
            bodies.Add(accounts.IsOne(c.Type) ? await accounts.CreateAsync(c.Id, c.Input.Body) : c.Input.Body);
        var writes = created.Zip(bodies, (c, body) => ResourceWriter.Create(c.Type, c.Id, body, caller.Actor, Lane.Join)).ToList();
        await CheckUniqueAsync(writes);
        await References.CheckAsync(session, [.. created.SelectMany(NamedBy)], coming, cancel);
        changes.Resources.AddRange(writes);
        foreach (var c in created)
        {
            changes.Memberships.AddRange((c.Input.Members ?? [])
                .Select(m => new MembershipWrite(c.Id, m.Value, Joins: true, ByRule: false, Lane.Join)));
        }

        return
        [
            .. created.Zip(writes, (c, w) => new Written(
                c.Type, new ResourceRow(c.Id, c.Type.Name, 1, changes.At, changes.At, w.Body, w.Origin), c.Input.Written))
                .Zip(asked, (w, c) => _agents.IsOne(c.Type) ? _agents.Show(w, c.Input.Written) : w),
        ];
    }

    /// <summary>The resource, held until the transaction ends.</summary>
    /// <exception cref="ScimException">404, or 412 where it has not the version that is demanded.</exception>
    public async Task<ResourceRow> HoldAsync(ResourceType type, string id, Precondition precondition)
    {
        var isAgent = _agents.IsOne(type);
        var row = ResourceIds.IsOne(id) ? await ResourceStore.HoldAsync(session, isAgent ? _agents.Account.Name : type.Name, id, cancel) : null;
        if (row is null || (isAgent && !AgentView.Has(row)))
            throw ResourceIds.NotFound(type);
        precondition.Check(row.Version);
        return row;
    }

    /// <summary>Replaces a resource (RFC 7644, 3.5.1).</summary>
    /// <exception cref="ScimException">What the body or its references are wrong about.</exception>
    public Task<Written> ReplaceAsync(ResourceType type, ResourceRow row, JsonObject request)
    {
        if (_agents.IsOne(type))
        {
            var agent = ResourceReader.Replace(request, AgentView.Body(row), type, caller.Profile);
            return ReplaceAgentAsync(row, agent.Body, agent.Written);
        }

        var before = Parse(row);
        var input = ResourceReader.Replace(request, before, type, caller.Profile);
        IReadOnlyList<MembershipChange> steps = type.Relation is null ? []
            : input.Members is { Count: > 0 } members ? [new ReplaceMembers(members)]
            : [new RemoveAllMembers()];
        return ChangeAsync(type, row, before, input.Body, steps, input.Written);
    }

    /// <summary>Applies a PATCH (RFC 7644, 3.5.2).</summary>
    /// <exception cref="ScimException">What an operation or its references are wrong about.</exception>
    public Task<Written> PatchAsync(ResourceType type, ResourceRow row, PatchRequest request)
    {
        if (_agents.IsOne(type))
        {
            var agent = PatchApplier.Apply(AgentView.Body(row), request.Operations, type, caller.Profile);
            return ReplaceAgentAsync(row, agent.Body, agent.Written);
        }

        var before = Parse(row);
        var result = PatchApplier.Apply(before, request.Operations, type, caller.Profile);
        return ChangeAsync(type, row, before, result.Body, result.Membership, result.Written);
    }

    /// <summary>Deletes a resource (RFC 7644, 3.6). Its memberships go with it, and whoever named it as their manager names nobody now.</summary>
    /// <returns>403 where it is HR's, or a rule's: the journal notes it, so the refusal is an outcome and no exception.</returns>
    public async Task<ScimError?> DeleteAsync(ResourceType type, ResourceRow row)
    {
        if (_agents.IsOne(type))
            type = _agents.Account;
        var master = AttributeAuthority.IsOfHr(row.Origin) ? "HR"
            : AttributeAuthority.IsOfRule(row.Origin) && (await rules.InForceAsync(session, cancel)).Fill(row.Origin) ? "A rule"
            : null;
        if (master is not null)
        {
            changes.Notes.Add(new ChangeNote("delete.refused", row.Id, "{}"));
            return ScimError.Forbidden($"{master} masters this {type.Name}; clients cannot delete it.");
        }

        if (accounts.IsOne(type) && await accounts.RefusalAsync(row.Id) is { } refusal)
        {
            changes.Notes.Add(new ChangeNote("delete.refused", row.Id, "{}"));
            return ScimError.Forbidden(refusal);
        }

        changes.Deletes.Add(ResourceWriter.Delete(type, row.Id, row.Version, Parse(row)));
        foreach (var referring in configuration.Catalog.ResourceTypes)
        {
            foreach (var path in References.IndexedPaths(referring))
            {
                var rows = await ResourceStore.WithValueAsync(session, referring.Name, path.ToString(), row.Id, int.MaxValue, cancel);
                changes.Resources.AddRange(rows.Where(r => r.Id != row.Id).Select(r => Without(referring, r, path)));
            }
        }

        return null;
    }

    /// <summary>Gives a membership by hand, also to whom a rule gives it too.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="memberId">The member.</param>
    /// <param name="until">When it ends by itself; null for never.</param>
    /// <exception cref="ScimException">404: there is no such group. invalidValue: there is no such member.</exception>
    public async Task GiveAsync(string groupId, string memberId, Instant? until)
    {
        var type = configuration.Catalog.Group;
        await HoldAsync(type, groupId, default);
        await References.CheckAsync(session, [.. References.To([new MemberReference(memberId, Type: null)], type)], Nothing, cancel);
        var present = await MembershipStore.FindAsync(session, groupId, memberId, cancel);
        if (present is { ByHand: true } same && same.Until == until?.ToMicroseconds())
            return;
        changes.Memberships.Add(new MembershipWrite(groupId, memberId, Joins: true, ByRule: false, Lane.Change)
        {
            Until = until?.ToMicroseconds(),
            IsOneOfTwo = present is not null,
        });
    }

    private async Task<Written> ReplaceAgentAsync(ResourceRow row, JsonObject agent, IReadOnlyList<AttributePath> written) =>
        _agents.Show(await ReplaceAsync(_agents.Account, row, _agents.ToAccount(agent, row)), written);

    private async Task<Written> ChangeAsync(
        ResourceType type,
        ResourceRow row,
        JsonObject before,
        JsonObject after,
        IReadOnlyList<MembershipChange> steps,
        IReadOnlyList<AttributePath> written)
    {
        after = Allowed(row, before, after);
        if (accounts.IsOne(type))
            after = await accounts.ChangeAsync(row.Id, after);
        var write = ResourceComparer.AreEqual(before, after)
            ? null
            : ResourceWriter.Update(type, row.Id, row.Version, before, after, LaneOf(before, after));
        if (write is not null)
            await CheckUniqueAsync([write]);
        await References.CheckAsync(
            session, [.. References.New(before, after, type), .. steps.SelectMany(s => NamedBy(s, type))], Nothing, cancel);
        var (memberships, kept) = await new MembershipSteps(session, row.Id, cancel).TakeAsync(steps);
        Deny(row, kept.Count > 0 ? ["members"] : []);
        if (write is null && memberships.Count == 0)
            return new Written(type, row, written);
        if (write is not null)
        {
            changes.Resources.Add(write);
            if (AttributeAuthority.IsOfHr(row.Origin))
                _ofHr.Add(row.Id);
        }

        changes.Memberships.AddRange(memberships);
        return new Written(
            type, row with { Version = row.Version + 1, ModifiedAt = changes.At, Body = write?.Body ?? row.Body }, written);
    }

    // HR's attributes stay HR's, and what a client may master of them is the client's once it is written.
    private JsonObject Allowed(ResourceRow row, JsonObject before, JsonObject after)
    {
        if (!AttributeAuthority.IsOfHr(row.Origin))
            return after;
        var verdict = configuration.Authority.Judge(before, after);
        Deny(row, verdict.Denied);
        changes.ClientMastered.AddRange(verdict.Taken.Select(attribute => (row.Id, attribute)));
        return verdict.Body;
    }

    private void Deny(ResourceRow row, IReadOnlyList<string> attributes)
    {
        if (attributes.Count == 0)
            return;
        if (configuration.Options.Scim.OnMastered == OnMastered.Refuse)
            throw ScimError.Mutability($"Clients do not master {string.Join(", ", attributes)} of this resource.").AsException();
        var names = new JsonArray([.. attributes.Select(a => JsonValue.Create(a))]);
        changes.Notes.Add(new ChangeNote("write.ignored", row.Id, new JsonObject { ["attributes"] = names }.ToJsonString()));
    }

    // The unique index decides; this look-up is there to say which attribute it was.
    private async Task CheckUniqueAsync(IReadOnlyCollection<ResourceWrite> writes)
    {
        // Names without accents were looked up already, in the form in which they are indexed.
        var unique = writes.SelectMany(w => w.KeysNew.Where(k => k.Unique && !(IsName(w, k) && Ascii.IsValid(k.Value)))
            .Select(k => (w.Type, k.Path, k.Value))).ToList();
        await CheckNamesAsync(writes);
        foreach (var keys in unique.GroupBy(k => (k.Type, k.Path)))
        {
            var values = keys.Select(k => k.Value).ToHashSet(StringComparer.Ordinal);
            if (values.Count < keys.Count() || (await ResourceStore.TakenAsync(session, keys.Key.Type, keys.Key.Path, values, cancel)).Count > 0)
                throw ScimError.Uniqueness($"Another {keys.Key.Type} has this {keys.Key.Path}.").AsException();
        }
    }

    // Of user names, accents and earlier names count too. One that nobody has any more is free for a client (RFC 7644, 3.6).
    private async Task CheckNamesAsync(IReadOnlyCollection<ResourceWrite> writes)
    {
        var names = writes.SelectMany(w => w.KeysNew.Where(k => IsName(w, k)).Select(k => (w.Id, Name: NameFolding.Key(k.Value)))).ToList();
        var known = await UserNameStore.FindAsync(session, names.ConvertAll(n => n.Name), cancel);
        var isTaken = names.Exists(n => known.TryGetValue(n.Name, out var one) && one.ReleasedAt is null && one.ResourceId != n.Id);
        if (isTaken || names.DistinctBy(n => n.Name, StringComparer.Ordinal).Count() < names.Count)
            throw ScimError.Uniqueness("Another User has this userName, had it before, or has one that differs by accents alone.").AsException();
    }

    private static bool IsName(ResourceWrite write, ResourceKey key) => write.Type == "User" && key.Path == IndexedKey.UserNamePath;

    private static IEnumerable<Reference> NamedBy(NewResource created) =>
        References.New(before: null, created.Input.Body, created.Type)
            .Concat(created.Input.Members is { Count: > 0 } members ? References.To(members, created.Type) : []);

    private static IEnumerable<Reference> NamedBy(MembershipChange step, ResourceType type) => step switch
    {
        AddMembers add => References.To(add.Members, type),
        ReplaceMembers replace => References.To(replace.Members, type),
        _ => [],
    };

    private static ResourceWrite Without(ResourceType type, ResourceRow row, AttributePath path)
    {
        var before = Parse(row);
        var after = Parse(row);
        var container = path.Schema is null ? after : after[path.Schema]!.AsObject();
        container.Remove(path.Attribute.Name);
        if (container.Count == 0 && path.Schema is not null)
        {
            after.Remove(path.Schema);
            var schemas = after["schemas"]!.AsArray();
            schemas.Remove(schemas.FirstOrDefault(s => s?.GetValue<string>() == path.Schema));
        }

        return ResourceWriter.Update(type, row.Id, row.Version, before, after, Lane.Change);
    }

    // Who is deactivated waits for nobody; who comes back goes with the joiners.
    private static Lane LaneOf(JsonObject before, JsonObject after) => (IsActive(before), IsActive(after)) switch
    {
        (true, false) => Lane.Suspend,
        (false, true) => Lane.Join,
        _ => Lane.Change,
    };

    private static bool IsActive(JsonObject body) => Restoring.IsActive(body);

    private static JsonObject Parse(ResourceRow row) => JsonNode.Parse(row.Body)!.AsObject();
}
