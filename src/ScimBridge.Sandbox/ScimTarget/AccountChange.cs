namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A change to an account, for the page that people look at.</summary>
internal sealed record AccountChange(DateTimeOffset At, string Type, string Name, bool? Active, string What);
