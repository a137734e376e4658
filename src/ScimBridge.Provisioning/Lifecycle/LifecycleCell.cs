namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>One cell of <see cref="LifecycleTable"/>.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Reason">Why, in a line.</param>
public readonly record struct LifecycleCell(LifecycleAction Action, string Reason);
