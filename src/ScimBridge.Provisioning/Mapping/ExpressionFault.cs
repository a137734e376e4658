namespace ScimBridge.Provisioning.Mapping;

/// <summary>What is wrong with an expression.</summary>
/// <param name="Column">Where in its text, from 1.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record ExpressionFault(int Column, string Reason, string Hint)
{
    /// <inheritdoc/>
    public override string ToString() => $"column {Column}: {Reason} {Hint}";
}
