using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// Finds whom a creation means to bring back: identity providers create again the user whom they deactivated before, and a conflict would
/// leave them with nobody.
/// </summary>
internal static class Restoring
{
    // Of an externalId that a client gave to more than these, the userName has to tell which one is meant.
    private const int Candidates = 10;

    /// <summary>The inactive resource of the same origin that has the userName, or else the externalId; held until the transaction ends.</summary>
    public static async Task<ResourceRow?> FindAsync(
        Session session, ResourceType type, JsonObject body, string origin, CancellationToken cancel)
    {
        foreach (var key in IndexEntries.Of(body, type).Where(IsIdentity).OrderByDescending(k => k.Unique))
        {
            var owners = await ResourceStore.WithValueAsync(session, type.Name, key.Path.ToString(), key.Value, Candidates, cancel);
            var inactive = owners.Where(r => r.Origin == origin && !IsActive(JsonNode.Parse(r.Body)!.AsObject())).ToList();
            if (inactive is [var one])
                return await ResourceStore.HoldAsync(session, type.Name, one.Id, cancel) is { } held && !IsActive(JsonNode.Parse(held.Body)!.AsObject())
                    ? held
                    : null;
            // The name of somebody who is there is taken, whatever else the body says.
            if (key.Unique && owners.Count > 0)
                return null;
        }

        return null;
    }

    /// <summary>Whether the resource is active: unless it says otherwise.</summary>
    public static bool IsActive(JsonObject body) => body["active"]?.GetValueKind() != JsonValueKind.False;

    private static bool IsIdentity(IndexEntry key) => key.Unique || key.Path.Attribute == CommonAttributes.ExternalId;
}
