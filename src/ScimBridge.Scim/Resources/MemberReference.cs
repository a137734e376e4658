namespace ScimBridge.Scim.Resources;

/// <summary>A resource named in a relation, such as a member of a group (RFC 7643 4.2): its id, and its type if the client gave it.</summary>
public sealed record MemberReference(string Value, string? Type);
