using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// Several calls in one; each is judged for itself. <see href="https://learn.microsoft.com/en-us/graph/json-batching"/>
/// </summary>
internal static class GraphBatch
{
    private const int Most = 20;

    public static GraphReply Answer(GraphRequest batch, Func<GraphRequest, GraphReply> one)
    {
        if (batch.Object()?["requests"] is not JsonArray { Count: > 0 } items)
            return GraphReply.Error(400, "BadRequest", "Invalid batch payload format.");
        if (items.Count > Most)
            return GraphReply.Error(400, "BadRequest", $"Number of batch request steps exceeds the maximum value of {Most}.");
        if (items.Select(i => (string?)i!["id"]).Distinct(StringComparer.Ordinal).Count() != items.Count)
            return GraphReply.Error(400, "BadRequest", "Request step ids must be unique.");
        var responses = new List<JsonNode>();
        var statuses = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var id = (string)item!["id"]!;
            var reply = (item["dependsOn"] as JsonArray)?.Any(d => statuses.GetValueOrDefault((string)d!) is < 200 or >= 300) == true
                ? GraphReply.Error(424, "FailedDependency", "A request that this one depends on failed.")
                : one(RequestOf(item));
            statuses[id] = reply.Status;
            var response = new JsonObject { ["id"] = id, ["status"] = reply.Status };
            if (reply.Headers.Count > 0)
                response["headers"] = new JsonObject([.. reply.Headers.Select(h => KeyValuePair.Create<string, JsonNode?>(h.Name, h.Value))]);
            if (reply.Body is not null)
                response["body"] = reply.Body;
            responses.Add(response);
        }

        // They come in any order.
        responses.Reverse();
        return GraphReply.Of(new JsonObject { ["responses"] = new JsonArray([.. responses]) });
    }

    private static GraphRequest RequestOf(JsonNode item)
    {
        var headers = (item["headers"] as JsonObject)?.ToDictionary(h => h.Key, h => h.Value?.ToString() ?? "", StringComparer.OrdinalIgnoreCase) ?? [];
        var body = item["body"] is { } content && content.GetValueKind() == JsonValueKind.Object ? content.ToJsonString() : "";
        return GraphRequest.Of((string)item["method"]!, (string)item["url"]!, headers, body);
    }
}
