using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Hris;

/// <summary>A record as the system keeps it.</summary>
internal sealed record HrisWorker(string Key, JsonObject Content, DateTimeOffset Created, DateTimeOffset Modified);
