using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// Puts representations together: body, id, meta, members and groups (RFC 7643, 3.1). What the projection leaves out is not read.
/// </summary>
internal sealed class Representations(SchemaCatalog catalog)
{
    /// <summary>The representation of one resource.</summary>
    /// <param name="session">Where members and groups are read.</param>
    /// <param name="row">The resource.</param>
    /// <param name="projection">What of it is shown.</param>
    /// <param name="baseUrl">What locations begin with.</param>
    /// <param name="written">What the request has written.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<JsonObject> OfAsync(
        Session session,
        ResourceRow row,
        Projection projection,
        string baseUrl,
        IReadOnlyList<AttributePath>? written,
        CancellationToken cancel) =>
        (await OfAsync(session, catalog.FindResourceType(row.Type)!, [row], projection, baseUrl, written, cancel))[0];

    /// <summary>The representations of resources, which may be of several types, in their order.</summary>
    public async Task<IReadOnlyList<JsonNode>> OfAsync(
        Session session,
        IReadOnlyList<ResourceRow> rows,
        Func<ResourceType, Projection> projection,
        string baseUrl,
        CancellationToken cancel)
    {
        var shown = new Dictionary<string, JsonNode>(rows.Count, StringComparer.Ordinal);
        foreach (var ofType in rows.GroupBy(r => r.Type, StringComparer.Ordinal))
        {
            var type = catalog.FindResourceType(ofType.Key)!;
            List<ResourceRow> group = [.. ofType];
            var resources = await OfAsync(session, type, group, projection(type), baseUrl, written: null, cancel);
            for (var i = 0; i < group.Count; i++)
                shown[group[i].Id] = resources[i];
        }

        return [.. rows.Select(r => shown[r.Id])];
    }

    private async Task<List<JsonObject>> OfAsync(
        Session session,
        ResourceType type,
        IReadOnlyList<ResourceRow> rows,
        Projection projection,
        string baseUrl,
        IReadOnlyList<AttributePath>? written,
        CancellationToken cancel)
    {
        var resources = rows.Select(row => Represent(row, type, baseUrl)).ToList();
        await AddRelatedAsync(session, type, rows, resources, projection, cancel);
        await AddNamesAsync(session, type, resources, cancel);
        for (var i = 0; i < resources.Count; i++)
        {
            ResourceReference.Complete(resources[i], type, catalog, baseUrl);
            resources[i] = projection.Apply(resources[i], written);
        }

        return resources;
    }

    private static async Task AddRelatedAsync(
        Session session,
        ResourceType type,
        IReadOnlyList<ResourceRow> rows,
        List<JsonObject> resources,
        Projection projection,
        CancellationToken cancel)
    {
        var ids = rows.Select(r => r.Id).ToArray();
        if (type.Relation is { } relation && projection.Includes(relation))
        {
            var members = (await MembershipStore.OfGroupsAsync(session, ids, cancel)).ToLookup(m => m.GroupId, StringComparer.Ordinal);
            for (var i = 0; i < ids.Length; i++)
                Add(resources[i], relation, members[ids[i]].Select(m => Element(m.Id, m.Display, m.Type)));
        }

        foreach (var derived in type.Derived.Where(projection.Includes))
        {
            var groups = (await MembershipStore.GroupsOfAsync(session, ids, cancel)).ToLookup(g => g.MemberId, StringComparer.Ordinal);
            for (var i = 0; i < ids.Length; i++)
                Add(resources[i], derived, groups[ids[i]].Select(g => Element(g.GroupId, g.Display, g.Direct ? "direct" : "indirect")));
        }
    }

    // manager.displayName is the server's to say (RFC 7643, 4.3), and follows a change of name.
    private static async Task AddNamesAsync(Session session, ResourceType type, List<JsonObject> resources, CancellationToken cancel)
    {
        var references = resources.SelectMany(r => References.Named(r, type)).ToList();
        if (references.Count == 0)
            return;
        var ids = references.Select(r => (string)r["value"]!).Distinct(StringComparer.Ordinal).ToList();
        var names = await ResourceStore.DisplaysAsync(session, ids, cancel);
        foreach (var reference in references)
        {
            if (names.TryGetValue((string)reference["value"]!, out var name))
                reference["displayName"] = name;
        }
    }

    private static void Add(JsonObject resource, string name, IEnumerable<JsonNode> elements)
    {
        if (elements.ToArray() is { Length: > 0 } array)
            resource[name] = new JsonArray(array);
    }

    private static JsonNode Element(string id, string? display, string type)
    {
        var element = new JsonObject { ["value"] = id };
        if (display is not null)
            element["display"] = display;
        element["type"] = type;
        return element;
    }

    private static JsonObject Represent(ResourceRow row, ResourceType type, string baseUrl)
    {
        var resource = JsonNode.Parse(row.Body)!.AsObject();
        resource.Insert(resource.ContainsKey("schemas") ? 1 : 0, "id", row.Id);
        resource["meta"] = new JsonObject
        {
            ["resourceType"] = type.Name,
            ["created"] = Timestamp(row.CreatedAt),
            ["lastModified"] = Timestamp(row.ModifiedAt),
            ["location"] = ResourceLocation.Of(baseUrl, type, row.Id),
            ["version"] = EntityTag.Of(row.Version),
        };
        return resource;
    }

    private static string Timestamp(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
