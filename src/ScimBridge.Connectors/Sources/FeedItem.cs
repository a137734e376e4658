using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources;

/// <summary>One row of a feed: a record, or why it is none. Exactly one of the two is set.</summary>
/// <param name="Record">The record, where the row is sound.</param>
/// <param name="Fault">The fault, where it is not.</param>
/// <param name="Position">How far into the feed this row ends, in bytes; 0 where the source cannot say.</param>
public readonly record struct FeedItem(HrRecord? Record, RowFault? Fault, long Position);
