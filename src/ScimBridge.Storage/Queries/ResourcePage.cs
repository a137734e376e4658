using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Queries;

/// <summary>A page of resources.</summary>
/// <param name="Rows">The resources in order.</param>
/// <param name="Total">The number of all matches, where it was asked for.</param>
/// <param name="Next">Where the next page begins; null where this is the last one.</param>
public sealed record ResourcePage(IReadOnlyList<ResourceRow> Rows, long? Total, PagePosition? Next);
