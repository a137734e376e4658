using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>
/// What an operation is about (RFC 7644 3.5.2, figure 7): an attribute, perhaps with a filter that selects among its values and a
/// sub-attribute of these; or, without an attribute, a whole extension.
/// </summary>
public sealed record PatchPath(AttributePath? Attribute, SchemaDefinition? Extension, Filter? ValueFilter)
{
    public override string ToString() =>
        Attribute is null ? Extension?.Id ?? ""
        : ValueFilter is null ? Attribute.ToString()
        : new ValueFilter(Attribute.Parent, ValueFilter) + (Attribute.SubAttribute is { } sub ? "." + sub.Name : "");
}
