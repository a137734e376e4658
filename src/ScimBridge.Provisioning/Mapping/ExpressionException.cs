namespace ScimBridge.Provisioning.Mapping;

/// <summary>An expression fails for one worker or one account.</summary>
internal sealed class ExpressionException : Exception
{
    public ExpressionException(string message, Exception? innerException = null, string? filter = null)
        : base(message, innerException)
    {
        Filter = filter ?? (innerException as ExpressionException)?.Filter;
    }

    public ExpressionException()
        : this("It fails.")
    {
    }

    public ExpressionException(string message)
        : this(message, innerException: null, filter: null)
    {
    }

    public ExpressionException(string message, Exception innerException)
        : this(message, innerException, filter: null)
    {
    }

    /// <summary>The filter that failed, where it was one.</summary>
    public string? Filter { get; }
}
