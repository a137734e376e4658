using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>A value that can be looked up: where it is, its canonical text, and whether no other resource may have it.</summary>
public sealed record IndexEntry(AttributePath Path, string Value, bool Unique);
