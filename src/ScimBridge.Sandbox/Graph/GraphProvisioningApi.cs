using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// API-driven inbound provisioning: what is uploaded is accepted at once and worked off later, by the mapping that a new app has.
/// <see href="https://learn.microsoft.com/en-us/graph/api/synchronization-synchronizationjob-post-bulkupload"/>
/// </summary>
internal sealed class GraphProvisioningApi(GraphState state)
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private const int MostOperations = 50;

    public static GraphReply Log(GraphRequest request, GraphStore store) => GraphReply.Of(new JsonObject
    {
        ["value"] = new JsonArray([.. store.ProvisioningLog
            .Where(entry => request.Query.GetValueOrDefault("$filter")?.Contains($"'{(string?)entry["jobId"]}'", StringComparison.Ordinal) != false)
            .Select(entry => (JsonNode)entry.DeepClone())]),
    });

    public static GraphReply Upload(GraphRequest request, GraphStore store, string principal, string job)
    {
        if (!store.IsLinked("jobs", principal, job))
            return GraphReply.NotFound(job);
        if (request.Headers.GetValueOrDefault("Content-Type")?.StartsWith("application/scim+json", StringComparison.OrdinalIgnoreCase) != true)
            return GraphReply.Error(400, "BadRequest", "The Content-Type must be application/scim+json.");
        if (request.Object() is not { } body || (string?)(body["schemas"] as JsonArray)?.FirstOrDefault() != "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
            || body["Operations"] is not JsonArray { Count: > 0 and <= MostOperations } operations)
            return GraphReply.Error(400, "BadRequest", $"A BulkRequest has between 1 and {MostOperations} operations.");
        foreach (var operation in operations)
        {
            if ((string?)operation!["method"] != "POST" || (string?)operation["path"] != "/Users" || operation["bulkId"] is null
                || (string?)operation["data"]?["externalId"] is not { Length: > 0 })
                return GraphReply.Error(400, "BadRequest", "An operation is a POST of a user to /Users, with a bulkId and an externalId.");
        }

        store.Staged.AddRange(operations.Select(operation => (job, (JsonObject)operation!["data"]!.DeepClone())));
        return new GraphReply(202, null) { Headers = [("Location", $"https://graph.microsoft.com/v1.0/auditLogs/provisioning/?$filter=jobid%20eq%20'{job}'")] };
    }

    /// <summary>The next cycle of the jobs: matches by externalId and employeeId, creates, updates, enables, disables.</summary>
    public void Run(GraphStore store)
    {
        foreach (var (job, data) in store.Staged)
        {
            var number = (string)data["externalId"]!;
            var user = store.Of("user").FirstOrDefault(u => u.Text("employeeId") == number);
            var properties = (JsonObject?)user?.Properties.DeepClone() ?? new JsonObject { ["employeeId"] = number, ["accountEnabled"] = true, ["userType"] = "Member" };
            Map(data, properties);
            var isSkipped = user is null && (properties["userPrincipalName"] is null || properties["displayName"] is null);
            if (!isSkipped)
            {
                user = state.Put(store, new GraphRow("user", user?.Id ?? Guid.NewGuid().ToString(), properties, user?.Created ?? state.Now, 0));
                if ((string?)data[Enterprise]?["manager"]?["value"] is { } boss && store.Of("user").FirstOrDefault(u => u.Text("employeeId") == boss) is { } manager)
                    store.Managers[user.Id] = manager.Id;
            }

            store.ProvisioningLog.Add(new JsonObject
            {
                ["id"] = Guid.NewGuid().ToString(),
                ["activityDateTime"] = state.Now.UtcDateTime.ToString("o", CultureInfo.InvariantCulture),
                ["jobId"] = job,
                ["sourceIdentity"] = new JsonObject { ["id"] = number },
                ["provisioningStatusInfo"] = new JsonObject { ["status"] = isSkipped ? "failure" : "success" },
            });
        }

        store.Staged.Clear();
    }

    private static void Map(JsonObject data, JsonObject properties)
    {
        Set("userPrincipalName", data["userName"]);
        Set("displayName", data["displayName"]);
        Set("givenName", data["name"]?["givenName"]);
        Set("surname", data["name"]?["familyName"]);
        Set("jobTitle", data["title"]);
        Set("department", data[Enterprise]?["department"]);
        Set("accountEnabled", data["active"]);

        void Set(string property, JsonNode? value)
        {
            if (value is not null)
                properties[property] = value.DeepClone();
        }
    }
}
