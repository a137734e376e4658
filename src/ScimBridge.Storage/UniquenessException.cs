namespace ScimBridge.Storage;

/// <summary>A value that may exist only once exists already. The transaction was rolled back.</summary>
public sealed class UniquenessException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="violated">The index or key, as the database names it.</param>
    /// <param name="innerException">What the database said.</param>
    public UniquenessException(string violated, Exception innerException)
        : base($"A value exists already: {violated}", innerException)
    {
        Violated = violated;
    }

    /// <summary>Creates the exception.</summary>
    public UniquenessException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public UniquenessException(string message)
        : base(message)
    {
    }

    /// <summary>The index or key, as the database names it.</summary>
    public string? Violated { get; }
}
