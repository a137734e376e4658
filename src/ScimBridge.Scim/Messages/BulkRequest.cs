namespace ScimBridge.Scim.Messages;

/// <summary>A bulk request as read (RFC 7644 3.7): after <c>FailOnErrors</c> errors the rest is not processed; null means never.</summary>
public sealed record BulkRequest(int? FailOnErrors, IReadOnlyList<BulkOperation> Operations);
