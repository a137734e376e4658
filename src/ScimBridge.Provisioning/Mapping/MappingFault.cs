namespace ScimBridge.Provisioning.Mapping;

/// <summary>What is wrong with a configured mapping.</summary>
/// <param name="Path">Its JSON path.</param>
/// <param name="Reason">What is wrong, for an expression with its column and a hint.</param>
public sealed record MappingFault(string Path, string Reason);
