using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Authority;

/// <summary>The verdict on what a client wrote of a user that HR brought in.</summary>
/// <param name="Body">The body, with what HR masters as it was.</param>
/// <param name="Denied">The attributes that the client wanted changed and HR masters.</param>
/// <param name="Taken">The attributes that HR leaves alone from now on.</param>
public sealed record AuthorityVerdict(JsonObject Body, IReadOnlyList<string> Denied, IReadOnlyList<string> Taken);
