namespace ScimBridge.Storage;

/// <summary>What was read has been changed by somebody else since. The transaction was rolled back: read again and decide again.</summary>
public sealed class ConcurrencyException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ConcurrencyException()
        : base("What was read has been changed by somebody else since.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public ConcurrencyException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public ConcurrencyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
