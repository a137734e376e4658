using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests;

/// <summary>Short forms of what tests write.</summary>
internal static class Write
{
    public static readonly CancellationToken Never = CancellationToken.None;

    /// <summary>An empty set of changes, due at no target unless targets are named.</summary>
    public static Changes Changes(params string[] targets) => ChangesAt(1_000_000, targets);

    public static Changes ChangesAt(long microseconds, params string[] targets) =>
        new(Instant.FromUnixTimeTicks(microseconds * 10), "system", "test", targets);

    /// <summary>The creation of a resource.</summary>
    public static ResourceWrite Create(ResourceType type, string id, JsonObject body) =>
        Of(type, id, 0, body, [], Keys(type, body));

    /// <summary>The change of a resource.</summary>
    public static ResourceWrite Update(ResourceType type, string id, long readVersion, JsonObject before, JsonObject after) =>
        Of(type, id, readVersion, after, [.. Keys(type, before).Except(Keys(type, after))], [.. Keys(type, after).Except(Keys(type, before))]);

    /// <summary>The deletion of a resource that has this body.</summary>
    public static ResourceDelete Delete(ResourceType type, string id, long readVersion, JsonObject body) =>
        new(id, type.Name, readVersion, [.. Keys(type, body)]);

    public static MembershipWrite Join(string groupId, string memberId) => new(groupId, memberId, Joins: true, ByRule: false, Lane.Change);

    public static MembershipWrite Leave(string groupId, string memberId) => new(groupId, memberId, Joins: false, ByRule: false, Lane.Change);

    public static Task CommitAsync(this Database database, Changes changes) =>
        database.WriteAsync(session => Commit.WriteAsync(session, changes, Never), Never);

    public static JsonObject Body(params (string Name, JsonNode? Value)[] members) =>
        new(members.Select(m => KeyValuePair.Create(m.Name, m.Value)));

    private static ResourceWrite Of(
        ResourceType type, string id, long readVersion, JsonObject body, IReadOnlyCollection<ResourceKey> gone, IReadOnlyCollection<ResourceKey> added) => new(
        id,
        type.Name,
        readVersion,
        body.ToJsonString(),
        SearchDocument.From(body, type).ToJsonString(),
        gone,
        added,
        Lane.Change,
        type.Name.ToLowerInvariant() + ".written",
        "{}");

    private static List<ResourceKey> Keys(ResourceType type, JsonObject body) =>
        [.. IndexEntries.Of(body, type).Select(e => new ResourceKey(e.Path.ToString(), e.Value, e.Unique))];
}
