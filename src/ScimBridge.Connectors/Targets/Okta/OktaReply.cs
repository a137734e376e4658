using System.Text.Json.Serialization.Metadata;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>What came back of one call.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Body">The answer, where it is of at most 1 MiB.</param>
/// <param name="Error">What Okta says is wrong.</param>
/// <param name="Failure">What a call that did not succeed comes to, unless its verb knows better; null for 2xx.</param>
/// <param name="Next">The link to the next page.</param>
internal sealed record OktaReply(
    int Status, ReadOnlyMemory<byte> Body = default, OktaError? Error = null, Outcome? Failure = null, string? Next = null)
{
    public bool IsGone => Failure is Outcome.Gone;

    /// <summary>
    /// Something unique is taken. Okta says so with 400 and the code of every failed validation; only the cause tells:
    /// "login: An object with this field already exists in the current organization".
    /// </summary>
    public bool IsConflict =>
        Status == 400 && Error?.ErrorCauses?.Exists(c => c.ErrorSummary?.Contains("already exists", StringComparison.OrdinalIgnoreCase) == true) == true;

    /// <summary>The answer in this shape; null where it has another one.</summary>
    public T? As<T>(JsonTypeInfo<T> shape)
        where T : class => OktaJson.Read(Body, shape);
}
