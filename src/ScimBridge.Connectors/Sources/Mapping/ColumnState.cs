namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>What a record has in the place of a column.</summary>
internal enum ColumnState : byte
{
    /// <summary>Nothing, not even an empty value.</summary>
    Absent = 0,

    /// <summary>A value, which may be empty.</summary>
    Value,

    /// <summary>More than a value: an object or a list.</summary>
    Structure,

    /// <summary>Two values.</summary>
    Twice,

    /// <summary>Something that is no text, such as half of a character.</summary>
    Broken,
}
