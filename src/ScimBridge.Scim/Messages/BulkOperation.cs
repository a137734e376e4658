using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Messages;

/// <summary>One operation of a bulk request (RFC 7644 3.7).</summary>
public sealed record BulkOperation
{
    /// <summary>The place in the request, from 0; the responses come in this order.</summary>
    public required int Index { get; init; }

    /// <summary>The method as the client wrote it, for the response.</summary>
    public required string MethodText { get; init; }

    public BulkMethod Method { get; init; }

    public string? BulkId { get; init; }

    /// <summary>The type whose endpoint the path names; null only where there is a <see cref="Fault"/>.</summary>
    public ResourceType? Type { get; init; }

    /// <summary>The id in the path, which may be <c>bulkId:...</c>; null for POST.</summary>
    public string? Id { get; init; }

    /// <summary>The version that the resource must have, as If-Match.</summary>
    public string? Version { get; init; }

    /// <summary>The body of the operation; null for DELETE.</summary>
    public JsonObject? Data { get; init; }

    /// <summary>Why the operation cannot be executed; it fails alone and not the request.</summary>
    public ScimError? Fault { get; init; }
}
