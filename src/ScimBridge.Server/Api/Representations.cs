using System.Text;
using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Scim.Messages;
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
    private static readonly Dictionary<string, string> NoNames = [];
    private readonly Dictionary<ResourceType, StoredForm?> _forms = catalog.ResourceTypes.ToDictionary(t => t, StoredForm.Of);

    /// <summary>The representation of one resource, as text.</summary>
    /// <param name="session">Where members and groups are read.</param>
    /// <param name="row">The resource.</param>
    /// <param name="projection">What of it is shown.</param>
    /// <param name="baseUrl">What locations begin with.</param>
    /// <param name="written">What the request has written.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<ReadOnlyMemory<byte>> OfAsync(
        Session session,
        ResourceRow row,
        Projection projection,
        string baseUrl,
        IReadOnlyList<AttributePath>? written,
        CancellationToken cancel) =>
        (await OfAsync(session, catalog.FindResourceType(row.Type)!, [row], projection, baseUrl, written, cancel))[0];

    /// <summary>The representations of resources, which may be of several types, in their order.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> OfAsync(
        Session session,
        IReadOnlyList<ResourceRow> rows,
        Func<ResourceType, Projection> projection,
        string baseUrl,
        CancellationToken cancel)
    {
        var shown = new Dictionary<string, ReadOnlyMemory<byte>>(rows.Count, StringComparer.Ordinal);
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

    /// <summary>What <c>meta</c> says of a resource, in its order.</summary>
    public static (string Name, string Value)[] Meta(ResourceRow row, ResourceType type, string baseUrl) =>
    [
        ("resourceType", type.Name),
        ("created", Timestamp(row.CreatedAt)),
        ("lastModified", Timestamp(row.ModifiedAt)),
        ("location", ResourceLocation.Of(baseUrl, type, row.Id)),
        ("version", EntityTag.Of(row.Version)),
    ];

    private async Task<ReadOnlyMemory<byte>[]> OfAsync(
        Session session,
        ResourceType type,
        IReadOnlyList<ResourceRow> rows,
        Projection projection,
        string baseUrl,
        IReadOnlyList<AttributePath>? written,
        CancellationToken cancel)
    {
        var related = await RelatedAsync(session, type, rows, projection, cancel);
        // Each is either what is stored, or JSON nodes.
        var stored = new StoredRepresentation?[rows.Count];
        var nodes = new JsonObject?[rows.Count];
        var named = new List<JsonObject>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
        {
            stored[i] = projection.IsAsked ? null : Stored(rows[i], type);
            if (stored[i] is { } text)
            {
                ids.UnionWith(text.Named);
                continue;
            }

            nodes[i] = Represent(rows[i], type, related[i], baseUrl);
            named.AddRange(References.Named(nodes[i]!, type));
        }

        ids.UnionWith(named.Select(r => (string)r["value"]!));
        var names = ids.Count == 0 ? NoNames : await ResourceStore.DisplaysAsync(session, ids, cancel);
        // manager.displayName is the server's to say (RFC 7643, 4.3), and follows a change of name.
        foreach (var reference in named)
        {
            if (names.TryGetValue((string)reference["value"]!, out var name))
                reference["displayName"] = name;
        }

        var shown = new ReadOnlyMemory<byte>[rows.Count];
        for (var i = 0; i < shown.Length; i++)
        {
            if (nodes[i] is { } node)
            {
                ResourceReference.Complete(node, type, catalog, baseUrl);
                shown[i] = ScimJson.ToUtf8(projection.Apply(node, written));
            }
            else
            {
                shown[i] = stored[i]!.Write(type, names, related[i], catalog, baseUrl);
            }
        }

        return shown;
    }

    private StoredRepresentation? Stored(ResourceRow row, ResourceType type)
    {
        if (_forms[type] is not { } form)
            return null;
        var body = Encoding.UTF8.GetBytes(row.Body);
        return form.Of(body) is { } seams ? new StoredRepresentation(row, body, seams) : null;
    }

    // For each resource what of it is kept in rows.
    private static async Task<List<RelatedElements>[]> RelatedAsync(
        Session session, ResourceType type, IReadOnlyList<ResourceRow> rows, Projection projection, CancellationToken cancel)
    {
        var related = rows.Select(_ => new List<RelatedElements>()).ToArray();
        if (type.Relation is { } relation && projection.Includes(relation))
        {
            var ids = rows.Select(r => r.Id).ToArray();
            var members = (await MembershipStore.OfGroupsAsync(session, ids, cancel)).ToLookup(m => m.GroupId, StringComparer.Ordinal);
            Add(relation, id => members[id].Select(m => new RelatedElement(m.Id, m.Display, m.Type)));
        }

        var inGroups = rows.Where(r => r.MayBeMember).Select(r => r.Id).ToArray();
        foreach (var derived in type.Derived.Where(d => inGroups.Length > 0 && projection.Includes(d)))
        {
            var groups = (await MembershipStore.GroupsOfAsync(session, inGroups, cancel)).ToLookup(g => g.MemberId, StringComparer.Ordinal);
            Add(derived, id => groups[id].Select(g => new RelatedElement(g.GroupId, g.Display, g.Direct ? "direct" : "indirect")));
        }

        return related;

        void Add(string name, Func<string, IEnumerable<RelatedElement>> elements)
        {
            var attribute = type.Schema.Find(name)!;
            for (var i = 0; i < related.Length; i++)
                related[i].Add(new RelatedElements(attribute, [.. elements(rows[i].Id)]));
        }
    }

    private static JsonObject Represent(ResourceRow row, ResourceType type, IEnumerable<RelatedElements> related, string baseUrl)
    {
        var resource = JsonNode.Parse(row.Body)!.AsObject();
        resource.Insert(resource.ContainsKey("schemas") ? 1 : 0, "id", row.Id);
        resource["meta"] = new JsonObject(Meta(row, type, baseUrl).Select(m => KeyValuePair.Create(m.Name, (JsonNode?)JsonValue.Create(m.Value))));
        foreach (var attribute in related)
        {
            if (attribute.ToJson() is { } elements)
                resource[attribute.Attribute.Name] = elements;
        }

        return resource;
    }

    private static string Timestamp(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
