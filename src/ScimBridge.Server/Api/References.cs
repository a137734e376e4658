using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>A resource that another one names.</summary>
/// <param name="Where">The attribute, for the detail of an error.</param>
/// <param name="Id">The id that is named.</param>
/// <param name="Types">The types that it may have.</param>
internal sealed record Reference(string Where, string Id, IReadOnlyList<string> Types);

/// <summary>The references in a body, such as <c>manager.value</c>: they name resources that exist (RFC 7643, 4.3).</summary>
internal static class References
{
    /// <summary>The references that a body has and had not before.</summary>
    public static IEnumerable<Reference> New(JsonObject? before, JsonObject after, ResourceType type)
    {
        var had = before is null ? [] : Of(before, type).Select(r => (r.Where, r.Id)).ToHashSet();
        return Of(after, type).Where(r => !had.Contains((r.Where, r.Id)));
    }

    /// <summary>Members as references.</summary>
    public static IEnumerable<Reference> To(IEnumerable<MemberReference> members, ResourceType type)
    {
        var allowed = TypesOf(type.Schema.Find(type.Relation!)!);
        return members.Select(m => new Reference(type.Relation!, m.Value, m.Type is null ? allowed : [m.Type]));
    }

    /// <summary>Refuses references to what is not there, or is of another type. What is there stays until the transaction ends.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="references">What is named.</param>
    /// <param name="coming">Types of resources that the same transaction creates, by id.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ScimException">invalidValue, naming the id.</exception>
    public static async Task CheckAsync(
        Session session,
        IReadOnlyCollection<Reference> references,
        IReadOnlyDictionary<string, string> coming,
        CancellationToken cancel)
    {
        var asked = references.Select(r => r.Id).Where(id => !coming.ContainsKey(id)).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToList();
        var found = await ResourceStore.HoldTypesAsync(session, asked, cancel);
        foreach (var (where, id, types) in references)
        {
            if (!found.TryGetValue(id, out var type) && !coming.TryGetValue(id, out type))
                throw ScimError.InvalidValue($"{where} names {Shown(id)}, and there is no such resource.").AsException();
            if (!types.Contains(type, StringComparer.Ordinal))
                throw ScimError.InvalidValue($"{where} names {id}, which is a {type}.").AsException();
        }
    }

    /// <summary>The indexed paths through which resources of a type name others.</summary>
    public static IEnumerable<AttributePath> IndexedPaths(ResourceType type) =>
        type.Indexed.Where(p => p.SubAttribute is { Name: "value" } && !p.IsMultiValued && ResourceReference.IsIn(p.Attribute));

    /// <summary>The single-valued references in a body that show the name of the resource, which the client cannot set.</summary>
    public static IEnumerable<JsonObject> Named(JsonObject body, ResourceType type) =>
        Named(body, type.Schema.Attributes)
            .Concat(type.Extensions.SelectMany(e => Named(body[e.Schema.Id] as JsonObject ?? [], e.Schema.Attributes)));

    /// <summary>Whether a reference shows the name of the resource, which the client cannot set.</summary>
    public static bool ShowsName(AttributeDefinition attribute) => attribute.FindSubAttribute("displayName") is { IsReadOnly: true };

    private static IEnumerable<JsonObject> Named(JsonObject container, IEnumerable<AttributeDefinition> attributes) =>
        attributes.Where(a => !a.MultiValued && ResourceReference.IsIn(a) && ShowsName(a))
            .Select(a => container[a.Name] as JsonObject).OfType<JsonObject>().Where(r => r.ContainsKey("value"));

    private static IEnumerable<Reference> Of(JsonObject body, ResourceType type) =>
        Of(body, type.Schema.Attributes.Where(a => a.Name != type.Relation && !type.Derived.Contains(a.Name)))
            .Concat(type.Extensions.SelectMany(e => Of(body[e.Schema.Id] as JsonObject, e.Schema.Attributes)));

    private static IEnumerable<Reference> Of(JsonObject? container, IEnumerable<AttributeDefinition> attributes) =>
        from attribute in container is null ? [] : attributes.Where(ResourceReference.IsIn)
        let node = container![attribute.Name]
        from element in node as IEnumerable<JsonNode?> ?? [node]
        let id = (string?)(element as JsonObject)?["value"]
        where !string.IsNullOrEmpty(id)
        select new Reference(attribute.Name + ".value", id, TypesOf(attribute));

    private static IReadOnlyList<string> TypesOf(AttributeDefinition attribute) => attribute.FindSubAttribute("$ref")!.ReferenceTypes;

    private static string Shown(string id) => id.Length > 100 ? id[..100] : id;
}
