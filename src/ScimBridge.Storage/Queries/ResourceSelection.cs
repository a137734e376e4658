using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Queries;

/// <summary>The resources of one type that satisfy a filter.</summary>
/// <param name="Type">The resource type.</param>
/// <param name="Filter">The filter, bound to the type; null for all resources of the type.</param>
/// <param name="SortBy">The attribute to sort by; null where the type does not have it, or for the order of creation.</param>
public sealed record ResourceSelection(ResourceType Type, Filter? Filter = null, AttributePath? SortBy = null);
