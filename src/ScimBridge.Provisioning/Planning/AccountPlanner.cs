using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Planning;

/// <summary>
/// Compares what should be with what the target has acknowledged and names the one operation that closes the gap. Planning again
/// right after that operation was done gives <see cref="Operation.Nothing"/>.
/// </summary>
public static class AccountPlanner
{
    /// <summary>Plans one account.</summary>
    /// <param name="mapped">What should be; null where the resource is no more.</param>
    /// <param name="link">What the target has acknowledged; null where nothing was ever tried.</param>
    /// <param name="kind">User or group.</param>
    /// <param name="capabilities">What the target can do.</param>
    public static Operation Plan(MappedAccount? mapped, Link? link, AccountKind kind, Capabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        if (kind == AccountKind.Group && !capabilities.Groups)
            return new Operation.Nothing();
        if (mapped is null)
            return End(link, kind, capabilities);

        var desired = mapped.Account;
        if (link is null)
        {
            // Nobody gets an account for the first time in order to be disabled, but for one who is about to start; and where nothing
            // can be disabled, an account that is prepared is one that can be used.
            return desired.Active || (mapped.Prepare && capabilities.Disable)
                ? new Operation.Create(desired, FindFirst: false)
                : new Operation.Nothing();
        }

        if (link.RemoteId is null)
            return new Operation.Create(desired, FindFirst: true);

        if (kind == AccountKind.User && link.IsKnown && capabilities is { Disable: true, ChangesDisabled: false } && !desired.Active && !mapped.Prepare)
            return link.Active ? Shut(link, kind) : new Operation.Nothing();

        var delivered = JsonNode.Parse(link.Delivered)?.AsObject() ?? [];
        var changes = Compare(delivered, desired.Attributes);
        AddCleared(changes, delivered, desired.Cleared);
        var active = Usability(desired, link, capabilities);
        return changes.Count == 0 && active is null
            ? new Operation.Nothing()
            // What is not asked for is not acknowledged either.
            : new Operation.Update(link.RemoteId, desired with { Active = active ?? link.Active }, changes, active);
    }

    /// <summary>The attributes that a target has acknowledged, without the notes of what was cleared.</summary>
    public static JsonObject Delivered(Link link)
    {
        ArgumentNullException.ThrowIfNull(link);
        var delivered = JsonNode.Parse(link.Delivered)?.AsObject() ?? [];
        foreach (var name in delivered.Where(p => p.Value is null).Select(p => p.Key).ToList())
            delivered.Remove(name);
        foreach (var extension in delivered.Where(p => AccountMapping.IsSchema(p.Key)).Select(p => p.Value!.AsObject()).ToList())
        {
            foreach (var name in extension.Where(p => p.Value is null).Select(p => p.Key).ToList())
                extension.Remove(name);
        }

        return delivered;
    }

    private static bool? Usability(DesiredAccount desired, Link link, Capabilities capabilities)
    {
        if (desired.Kind == AccountKind.Group || (!desired.Active && !capabilities.Disable))
            return null;
        // Of an account that was found, both "usable" and "disabled" have to be said: it may be either.
        return desired.Active != link.Active || !link.IsKnown ? desired.Active : null;
    }

    private static Operation End(Link? link, AccountKind kind, Capabilities capabilities)
    {
        if (link is null)
            return new Operation.Nothing();
        if (capabilities.Delete)
            return new Operation.Delete(kind, link.RemoteId);
        if (kind == AccountKind.Group || !capabilities.Disable || link.RemoteId is null || !link.Active)
            return new Operation.Nothing();
        return Shut(link, kind);
    }

    // As it is, and not to be used.
    private static Operation.Update Shut(Link link, AccountKind kind) => new(
        link.RemoteId!, new DesiredAccount(kind, link.ResourceId, Active: false, Delivered(link)), [], Active: false);

    private static List<AttributeChange> Compare(JsonObject delivered, JsonObject desired)
    {
        var changes = new List<AttributeChange>();
        foreach (var (name, value) in desired)
        {
            if (AccountMapping.IsSchema(name))
                CompareWithin(name, delivered[name]?.AsObject() ?? [], value!.AsObject(), changes);
            else
                Add(changes, schema: null, name, delivered[name], value);
        }

        foreach (var (name, value) in delivered)
        {
            if (desired.ContainsKey(name))
                continue;
            if (AccountMapping.IsSchema(name))
                CompareWithin(name, value!.AsObject(), [], changes);
            else
                Add(changes, schema: null, name, value, desired: null);
        }

        return changes;
    }

    // What was delivered once is cleared by the comparison; of the rest, only a null says that the target has nothing there.
    private static void AddCleared(List<AttributeChange> changes, JsonObject delivered, IReadOnlyList<AttributeName> cleared)
    {
        foreach (var (schema, name) in cleared)
        {
            var container = schema is null ? delivered : delivered[schema] as JsonObject;
            if (container?.ContainsKey(name) != true)
                changes.Add(new AttributeChange(schema, name, Value: null));
        }
    }

    private static void CompareWithin(string schema, JsonObject delivered, JsonObject desired, List<AttributeChange> changes)
    {
        foreach (var (name, value) in desired)
            Add(changes, schema, name, delivered[name], value);
        foreach (var (name, value) in delivered)
        {
            if (!desired.ContainsKey(name))
                Add(changes, schema, name, value, desired: null);
        }
    }

    private static void Add(List<AttributeChange> changes, string? schema, string name, JsonNode? delivered, JsonNode? desired)
    {
        if (!JsonNode.DeepEquals(delivered, desired))
            changes.Add(new AttributeChange(schema, name, desired?.DeepClone()));
    }
}
