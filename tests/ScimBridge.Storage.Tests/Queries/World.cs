using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Queries;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Queries;

/// <summary>A resource as a test knows it: the body, and what stands beside it in columns.</summary>
internal sealed record WorldResource(ResourceType Type, string Id, JsonObject Body, long Created, long Modified);

/// <summary>
/// A small world of resources and memberships: put into a database on one side, and shown in full representation, as the evaluator in
/// memory sees it, on the other.
/// </summary>
internal sealed class World(SchemaCatalog catalog, IReadOnlyList<WorldResource> resources, IReadOnlyList<(string Group, string Member)> memberships)
{
    public const string BaseUrl = "https://scim.example/v2";

    public SchemaCatalog Catalog => catalog;

    public IReadOnlyList<WorldResource> Resources => resources;

    /// <summary>Replaces everything in the database by this world.</summary>
    public Task PutAsync(Database database) => database.WriteAsync(
        async session =>
        {
            await session.ExecuteAsync("DELETE FROM user_name; DELETE FROM resource_key; DELETE FROM resource", Write.Never);
            var changes = Write.Changes();
            changes.Resources.AddRange(resources.Select(r => Write.Create(r.Type, r.Id, r.Body)));
            changes.Memberships.AddRange(memberships.Select(m => Write.Join(m.Group, m.Member)));
            await Commit.WriteAsync(session, changes, Write.Never);
            foreach (var r in resources)
            {
                await session.ExecuteAsync(
                    "UPDATE resource SET created_at = @created, modified_at = @modified, version = 1 WHERE id = @id",
                    Write.Never,
                    ("created", r.Created), ("modified", r.Modified), ("id", r.Id));
            }
        },
        Write.Never);

    /// <summary>The resource with id, meta, members and groups.</summary>
    public JsonObject Representation(WorldResource resource)
    {
        var shown = resource.Body.DeepClone().AsObject();
        shown["id"] = resource.Id;
        shown["meta"] = new JsonObject
        {
            ["resourceType"] = resource.Type.Name,
            ["created"] = Time(resource.Created),
            ["lastModified"] = Time(resource.Modified),
            ["version"] = "W/\"1\"",
            ["location"] = Location(resource),
        };
        if (resource.Type.Relation is { } relation && Members(resource.Id) is { Count: > 0 } members)
            shown[relation] = members;
        if (resource.Type.Derived.Contains("groups", StringComparer.Ordinal) && Groups(resource.Id) is { Count: > 0 } groups)
            shown["groups"] = groups;
        return shown;
    }

    /// <summary>A query for one type.</summary>
    public ResourceQuery Query(ResourceType type, Filter? filter, AttributePath? sortBy = null) => new()
    {
        Catalog = catalog,
        BaseUrl = BaseUrl,
        Selections = [new ResourceSelection(type, filter, sortBy)],
        Count = 1000,
        NeedsTotal = true,
    };

    private static string Time(long microseconds) =>
        XsdDateTime.Format(DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10));

    private static string Location(WorldResource resource) =>
        string.Create(CultureInfo.InvariantCulture, $"{BaseUrl}{resource.Type.Endpoint}/{resource.Id}");

    private static string? Display(WorldResource resource) =>
        (string?)resource.Body["displayName"] is { Length: > 0 } display ? display : (string?)resource.Body["userName"];

    private JsonArray Members(string group) => new(
    [
        .. memberships.Where(m => m.Group == group).Select(m => Find(m.Member)).OrderBy(m => m.Id, StringComparer.Ordinal)
            .Select(m => Reference(m, m.Type.Name)),
    ]);

    private JsonArray Groups(string member)
    {
        var above = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([member]);
        while (open.TryDequeue(out var id))
        {
            foreach (var (group, _) in memberships.Where(m => m.Member == id && above.Add(m.Group)))
                open.Enqueue(group);
        }

        above.Remove(member);
        return new JsonArray([.. above.Select(id => Reference(Find(id), memberships.Contains((id, member)) ? "direct" : "indirect"))]);
    }

    private static JsonObject Reference(WorldResource resource, string type)
    {
        var reference = new JsonObject { ["value"] = resource.Id, ["$ref"] = Location(resource), ["type"] = type };
        if (Display(resource) is { } display)
            reference["display"] = display;
        return reference;
    }

    private WorldResource Find(string id) => resources.First(r => r.Id == id);
}
