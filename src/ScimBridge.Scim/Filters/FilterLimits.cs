namespace ScimBridge.Scim.Filters;

/// <summary>How large a filter may be; beyond it the answer is invalidFilter, in time linear in the limit.</summary>
public sealed record FilterLimits
{
    public static FilterLimits Default { get; } = new();

    /// <summary>Characters of the whole filter.</summary>
    public int MaxLength { get; init; } = 16_384;

    /// <summary>Parentheses and brackets open at once.</summary>
    public int MaxDepth { get; init; } = 50;

    /// <summary>Comparisons in all.</summary>
    public int MaxTerms { get; init; } = 100;
}
