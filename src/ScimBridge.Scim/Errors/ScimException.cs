namespace ScimBridge.Scim.Errors;

/// <summary>A request that cannot be served, with the error that answers it.</summary>
public sealed class ScimException : Exception
{
    public ScimException(ScimError error)
        : base(error.Detail) => Error = error;

    public ScimError Error { get; }
}
