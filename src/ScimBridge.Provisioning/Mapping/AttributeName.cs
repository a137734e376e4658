namespace ScimBridge.Provisioning.Mapping;

/// <summary>An attribute by name.</summary>
/// <param name="Schema">The URN of its extension; null for one of the core schema.</param>
/// <param name="Name">The name.</param>
public readonly record struct AttributeName(string? Schema, string Name);
