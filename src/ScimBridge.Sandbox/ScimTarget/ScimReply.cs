using System.Globalization;
using System.Text.Json;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>An answer as a value: it may still be dropped, or dressed up as something else.</summary>
internal sealed record ScimReply(int Status, ReadOnlyMemory<byte> Body)
{
    public string ContentType { get; init; } = "application/scim+json";

    public string? ETag { get; init; }

    public string? Location { get; init; }

    public string? RetryAfter { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;

    public static ScimReply NoContent(string? etag = null) => new(204, default) { ETag = etag };

    public static ScimReply Json(object body) => new(200, JsonSerializer.SerializeToUtf8Bytes(body, ScimJson.Serializer));

    public static ScimReply Error(int status, string? scimType, string detail)
    {
        var body = new Dictionary<string, object>
        {
            ["schemas"] = new[] { ScimSchemas.Error },
            ["status"] = status.ToString(CultureInfo.InvariantCulture),
        };
        if (scimType is not null)
            body["scimType"] = scimType;
        body["detail"] = detail;
        return new(status, JsonSerializer.SerializeToUtf8Bytes(body, ScimJson.Serializer));
    }
}
