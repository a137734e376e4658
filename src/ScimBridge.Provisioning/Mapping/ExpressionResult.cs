namespace ScimBridge.Provisioning.Mapping;

/// <summary>What an expression came to.</summary>
/// <param name="Text">The text, without blanks at its ends; may be empty.</param>
/// <param name="IsComplete">No output in it came to nothing; always so where that was not asked for.</param>
internal readonly record struct ExpressionResult(string Text, bool IsComplete);
