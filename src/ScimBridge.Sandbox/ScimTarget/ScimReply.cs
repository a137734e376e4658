using System.Text.Json;

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
}
