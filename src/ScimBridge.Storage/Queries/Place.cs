using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Queries;

/// <summary>Where the values of an attribute are found in SQL.</summary>
internal abstract record Place;

/// <summary>One expression.</summary>
/// <param name="Sql">The expression; null where there is no value.</param>
/// <param name="Kind">How it is compared.</param>
/// <param name="Optional">Whether it can be null.</param>
internal sealed record ScalarPlace(string Sql, ScalarKind Kind, bool Optional = true) : Place;

/// <summary>The members of one complex value.</summary>
/// <param name="Exists">The condition that the value is there.</param>
/// <param name="Of">The place of a sub-attribute.</param>
internal sealed record ComplexPlace(string Exists, Func<AttributeDefinition, Place> Of) : Place;

/// <summary>A row for each element of a multi-valued attribute.</summary>
/// <param name="From">The tables.</param>
/// <param name="Where">The condition that makes the rows those of the resource.</param>
/// <param name="Order">What puts the elements in order.</param>
/// <param name="Of">The place of a sub-attribute of an element, or of the element itself where it is no complex one.</param>
internal sealed record RowsPlace(string From, string Where, string Order, Func<AttributeDefinition?, Place> Of) : Place;

/// <summary>How the values of an expression are compared.</summary>
internal enum ScalarKind
{
    /// <summary>Byte by byte.</summary>
    Text,

    /// <summary>As numbers.</summary>
    Number,

    /// <summary>False before true.</summary>
    Boolean,

    /// <summary>As microseconds since 1970.</summary>
    Instant,
}
