using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>Changes resources: by PATCH, or by PUT of what was just read and merged.</summary>
internal sealed class ScimUpdates(ScimClient client)
{
    /// <summary>How often one is read anew because somebody else changed it between reading and writing.</summary>
    private const int MostReads = 3;

    // What the server writes itself (RFC 7643 sections 3.1 and 4.1.2).
    private static readonly string[] ServersOwn = ["meta", "groups"];

    /// <summary>Sets the changes, and whether the account is usable where that is to be said.</summary>
    public async Task<Outcome> ApplyAsync(
        ScimSwitches switches, AccountKind kind, string remoteId, IReadOnlyCollection<AttributeChange> changes, bool? active, CancellationToken cancel)
    {
        var isPut = switches.Update(kind) == ScimUpdate.Put;
        if (isPut && kind == AccountKind.Group && !switches.ReturnsMembers)
            return ScimMembers.Irreplaceable(switches);
        var reply = isPut
            ? await MergeAsync(switches, kind, remoteId, resource => Merge(resource, changes, active), cancel)
            : await client.SendAsync(
                HttpMethod.Patch, switches.Path(kind, remoteId), ScimBodies.Patch(switches.PatchForm, changes, active), cancel);
        if (reply.Failure is { } failure)
            return reply.IsConflict ? new Outcome.Exists(null) : failure;
        if (active is not null && ScimJson.Truth(reply.Body, "active") is { } said && said != active)
        {
            var still = said ? "active" : "disabled";
            return new Outcome.Retry(
                null, $"{(isPut ? "PUT" : "PATCH")} {switches.Path(kind)}: {reply.Status}, but by the answer it is still {still}.");
        }

        return new Outcome.Done(ScimJson.Text(reply.Body, "id") ?? remoteId);
    }

    /// <summary>
    /// Reads a resource whole, lets it be changed, and writes it back in the version that was read, so that nothing of what somebody else
    /// wrote meanwhile is lost. One that is as it should be is not written.
    /// </summary>
    /// <param name="switches">How the service provider is spoken to.</param>
    /// <param name="kind">User or group.</param>
    /// <param name="remoteId">Which.</param>
    /// <param name="change">Makes the change, and says whether there was any.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<ScimReply> MergeAsync(
        ScimSwitches switches, AccountKind kind, string remoteId, Func<JsonObject, bool> change, CancellationToken cancel)
    {
        var (path, collection) = (switches.Path(kind, remoteId), switches.Path(kind));
        for (var reads = 1; ; reads++)
        {
            var read = await client.SendAsync(HttpMethod.Get, path, default, cancel);
            if (read.Failure is not null)
                return read;
            if (read.IsTooLong)
                return read with { Failure = TooLong(collection) };
            if (read.Body is not { } resource || ScimJson.Text(resource, "id") is null)
            {
                return read with
                {
                    Failure = new Outcome.Retry(
                        null, $"GET {collection}: {read.Status}, and no resource, without which none can be replaced.", Untouched: true),
                };
            }

            var version = read.ETag ?? ScimJson.Text(ScimJson.Get(resource, "meta") as JsonObject, "version");
            var before = resource.DeepClone();
            foreach (var name in resource.Select(p => p.Key).Where(key => ServersOwn.Contains(key, StringComparer.OrdinalIgnoreCase)).ToList())
                resource.Remove(name);
            if (!change(resource))
                return read with { Body = (JsonObject)before };

            var written = await client.SendAsync(
                HttpMethod.Put, path, ScimBodies.Of(resource), cancel, ifMatch: switches.ETags ? version : null);
            if (written.Status != 412)
                return written;
            if (reads == MostReads)
            {
                return written with
                {
                    Failure = new Outcome.Retry(null, $"PUT {collection}: 412, it is changed by others again and again.", Untouched: true),
                };
            }
        }
    }

    private static Outcome TooLong(string collection)
    {
        const string Meaning = "It is longer than 1 MiB, and without all of it, it cannot be replaced.";
        return new Outcome.Rejected($"GET {collection}: 200. {Meaning}")
        {
            Failure = new CallFailure($"GET {collection}", 200, null, null, Meaning, "A group of so many members has to be split, or the target has to take PATCH."),
        };
    }

    private static bool Merge(JsonObject resource, IReadOnlyCollection<AttributeChange> changes, bool? active)
    {
        var isChanged = false;
        foreach (var change in changes)
        {
            var home = change.Schema is null ? resource : Extension(resource, change.Schema, isWanted: change.Value is not null);
            if (home is not null)
                isChanged |= Set(home, change.Name, change.Value);
        }

        if (active is not null && ScimJson.Truth(resource, "active") != active)
            isChanged |= Set(resource, "active", active.Value);
        return isChanged;
    }

    private static bool Set(JsonObject home, string name, JsonNode? value)
    {
        var old = ScimJson.Get(home, name);
        if (JsonNode.DeepEquals(old, value))
            return false;
        foreach (var key in home.Select(p => p.Key).Where(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList())
            home.Remove(key);
        if (value is not null)
            home[name] = value.DeepClone();
        return true;
    }

    private static JsonObject? Extension(JsonObject resource, string schema, bool isWanted)
    {
        if (ScimJson.Get(resource, schema) is JsonObject there)
            return there;
        if (!isWanted)
            return null;
        var added = new JsonObject();
        resource[schema] = added;
        if (ScimJson.Get(resource, "schemas") is JsonArray schemas
            && !schemas.Any(s => string.Equals((string?)s, schema, StringComparison.OrdinalIgnoreCase)))
            schemas.Add((JsonNode)schema);
        return added;
    }
}
