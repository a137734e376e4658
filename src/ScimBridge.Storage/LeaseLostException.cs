namespace ScimBridge.Storage;

/// <summary>Another node has taken over the work; the transaction was rolled back.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>Creates the exception for the named lease.</summary>
    public LeaseLostException(string name)
        : base($"The lease '{name}' is held by another node now.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public LeaseLostException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public LeaseLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
