namespace ScimBridge.Scim.Errors;

/// <summary>A request that cannot be served, with the error that answers it.</summary>
public sealed class ScimException : Exception
{
    public ScimException(ScimError error)
        : base(error.Detail) => Error = error;

    public ScimError Error { get; }

    /// <summary>Of a filter: where in its text the fault lies, from 0. For who wrote it into a file; a client is told by the sentence.</summary>
    public int? Position { get; init; }
}
