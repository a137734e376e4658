using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;

namespace ScimBridge.Scim.Messages;

/// <summary>The outcome of one bulk operation (RFC 7644 3.7): its status is a string, and an error carries the Error message.</summary>
public sealed record BulkResult(BulkOperation Operation, int Status)
{
    public string? Location { get; init; }

    public string? Version { get; init; }

    public ScimError? Error { get; init; }

    /// <summary>The outcome of an operation that failed; a failed POST has no location.</summary>
    public static BulkResult Failed(BulkOperation operation, ScimError error, string? location = null) =>
        new(operation, error.Status) { Error = error, Location = operation.Method == BulkMethod.Post ? null : location };

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["method"] = Operation.MethodText };
        if (Operation.BulkId is not null)
        {
            json["bulkId"] = Operation.BulkId;
        }

        if (Version is not null)
        {
            json["version"] = Version;
        }

        if (Location is not null)
        {
            json["location"] = Location;
        }

        if (Error is not null)
        {
            json["response"] = Error.ToJson();
        }

        json["status"] = Status.ToString(CultureInfo.InvariantCulture);
        return json;
    }
}
