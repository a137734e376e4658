using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Messages;

/// <summary>One thing to do for a bulk request.</summary>
public abstract record BulkStep
{
    private protected BulkStep(BulkOperation operation) => Operation = operation;

    public BulkOperation Operation { get; }
}

/// <summary>Executes an operation with this data, in which every reference is to an operation that was executed before.</summary>
public sealed record ExecuteOperation : BulkStep
{
    internal ExecuteOperation(BulkOperation operation, JsonObject? data)
        : base(operation) => Data = data;

    public JsonObject? Data { get; }
}

/// <summary>
/// Adds to what an operation created the references that had to wait, because they go in a circle (RFC 7644 3.7.1). If this
/// fails, its error is the outcome of the operation.
/// </summary>
public sealed record CompleteOperation : BulkStep
{
    internal CompleteOperation(BulkOperation operation, JsonObject patch)
        : base(operation) => Patch = patch;

    /// <summary>A PatchOp message for the resource that the operation created.</summary>
    public JsonObject Patch { get; }
}
