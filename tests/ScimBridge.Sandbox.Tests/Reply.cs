using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Tests;

/// <summary>An answer, read in full.</summary>
public sealed record Reply(int Status, string Text, string? ContentType, string? ETag, string? Location, string? RetryAfter)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string Id => (string)Json["id"]!;

    public string? ScimType => (string?)Json["scimType"];

    public int Total => (int)Json["totalResults"]!;

    public string[] Ids => [.. Json["Resources"]!.AsArray().Select(resource => (string)resource!["id"]!)];
}
