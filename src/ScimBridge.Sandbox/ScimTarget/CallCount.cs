namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>How often a kind of call got a status; status 0: the connection ended without an answer.</summary>
public sealed record CallCount(string Method, string Resource, int Status, long Count);
