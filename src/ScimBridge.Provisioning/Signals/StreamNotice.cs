namespace ScimBridge.Provisioning.Signals;

/// <summary>What is said of a stream itself.</summary>
/// <param name="State">Of a verification: what the receiver wants to hear again; null where nobody asked.</param>
/// <param name="Status">Of a change: <c>enabled</c>, <c>paused</c> or <c>disabled</c>.</param>
/// <param name="Reason">Of a change: why, where that is known.</param>
public sealed record StreamNotice(string? State = null, string? Status = null, string? Reason = null);
