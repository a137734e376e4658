namespace ScimBridge.Connectors;

/// <summary>One thing wrong with a connector's configuration.</summary>
/// <param name="Path">Where, as a JSON path relative to the connector's own object: <c>words.status['On hold']</c>.</param>
/// <param name="Message">What is wrong and what would be right; never a secret.</param>
public readonly record struct ConfigurationFault(string Path, string Message)
{
    /// <summary>The path of a member of an object whose keys are free text.</summary>
    internal static string Member(string parent, string key) =>
        key.Length > 0 && key.All(char.IsAsciiLetterOrDigit)
            ? $"{parent}.{key}"
            : $"{parent}['{key.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}']";
}
