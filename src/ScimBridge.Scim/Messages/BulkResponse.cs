using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Messages;

/// <summary>The answer to a bulk request (RFC 7644 3.7): the outcomes in the order of the request; what was not processed is left out.</summary>
public static class BulkResponse
{
    public static JsonObject Of(IEnumerable<BulkResult> results) => new()
    {
        ["schemas"] = new JsonArray(MessageUris.BulkResponse),
        ["Operations"] = new JsonArray([.. results.OrderBy(r => r.Operation.Index).Select(r => r.ToJson())]),
    };
}
