namespace ScimBridge.Connectors.Sources;

/// <summary>The feed as a whole cannot be read. The message names file, line and column where they are known, and what to do.</summary>
public sealed class FeedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public FeedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public FeedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>After how long the system asks to be tried again, where it asks.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Creates the exception.</summary>
    public FeedException()
    {
    }
}
