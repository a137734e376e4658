namespace ScimBridge.Scim.Patching;

/// <summary>A PATCH as read: its operations in order, and the names that were passed over.</summary>
public sealed record PatchRequest(IReadOnlyList<PatchOperation> Operations, IReadOnlyList<string> Ignored);
