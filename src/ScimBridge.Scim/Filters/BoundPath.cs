using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>A name in a filter as bound: to an attribute, or to none where the resource type need not have it; and whether it
/// stands within brackets, where it concerns one element.</summary>
internal sealed record BoundPath(AttributePath? Path, bool InElement);
