namespace ScimBridge.Sandbox.Hris;

/// <summary>An HR system to run: its name in the URL, what it stands in for, and the password, key or client secret it asks for.</summary>
public sealed record HrisOptions(string Name, HrisKind Kind, string Secret);
