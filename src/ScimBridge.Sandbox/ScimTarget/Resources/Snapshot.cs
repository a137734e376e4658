using System.Globalization;

namespace ScimBridge.Sandbox.ScimTarget.Resources;

/// <summary>One version of a resource.</summary>
internal sealed record Snapshot(string Id, ResourceBody Body, int Version, DateTimeOffset Created, DateTimeOffset LastModified)
{
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"W/\"{Version}\"");
}
