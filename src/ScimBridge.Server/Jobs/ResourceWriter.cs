using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Turns the body of a resource, before and after, into what is written of it.</summary>
public static class ResourceWriter
{
    // A body is JSON in a database and in an HTTP answer, never in a page: names stay readable.
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body as it is stored.</summary>
    public static string Text(JsonObject body) => body.ToJsonString(Compact);

    /// <summary>A resource that is created.</summary>
    public static ResourceWrite Create(ResourceType type, string id, JsonObject body, string? origin, Lane lane) =>
        Write(type, id, readVersion: 0, before: null, body, lane) with { Origin = origin };

    /// <summary>A resource that gets a new body.</summary>
    public static ResourceWrite Update(
        ResourceType type, string id, long readVersion, JsonObject before, JsonObject after, Lane lane) =>
        Write(type, id, readVersion, before, after, lane);

    /// <summary>A resource that ceases to be.</summary>
    public static ResourceDelete Delete(ResourceType type, string id, long readVersion, JsonObject before) =>
        new(id, type.Name, readVersion, Keys(type, before)) { Detail = Detail(Text(before), after: null) };

    private static ResourceWrite Write(
        ResourceType type, string id, long readVersion, JsonObject? before, JsonObject after, Lane lane)
    {
        var gone = before is null ? [] : Keys(type, before);
        var added = Keys(type, after);
        if (gone.Count > 0)
        {
            var stay = new HashSet<ResourceKey>(gone);
            stay.IntersectWith(added);
            gone.RemoveAll(stay.Contains);
            added.RemoveAll(stay.Contains);
        }

        var text = Text(after);
        var changed = before is null ? [] : Changed(before, after);
        return new ResourceWrite(
            id,
            type.Name,
            readVersion,
            text,
            Text(SearchDocument.From(after, type)),
            gone,
            added,
            lane,
            type.Name.ToLowerInvariant() + (before is null ? ".created" : ".updated"),
            before is null ? "{}" : new JsonObject { ["attributes"] = new JsonArray([.. changed.Select(c => (JsonNode)c)]) }.ToJsonString(Compact))
        {
            Detail = before is null ? Detail(before: null, text) : Detail(Text(Only(before, changed)), Text(Only(after, changed))),
        };
    }

    private static List<ResourceKey> Keys(ResourceType type, JsonObject body) =>
        [.. IndexEntries.Of(body, type).Select(e => new ResourceKey(e.Path.ToString(), e.Value, e.Unique))];

    private static List<string> Changed(JsonObject before, JsonObject after) =>
    [
        .. before.Select(p => p.Key).Union(after.Select(p => p.Key), StringComparer.Ordinal).Where(name => !JsonNode.DeepEquals(before[name], after[name])),
    ];

    private static JsonObject Only(JsonObject body, List<string> names) =>
        new(names.Where(body.ContainsKey).Select(n => KeyValuePair.Create(n, body[n]?.DeepClone())));

    private static string Detail(string? before, string? after) => (before, after) switch
    {
        (null, _) => $$"""{"after":{{after}}}""",
        (_, null) => $$"""{"before":{{before}}}""",
        _ => $$"""{"before":{{before}},"after":{{after}}}""",
    };
}
