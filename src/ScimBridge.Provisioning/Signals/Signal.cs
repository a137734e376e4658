using NodaTime;

namespace ScimBridge.Provisioning.Signals;

/// <summary>
/// Something that happened to a resource: a key and names, never a payload. Who that is by an address, and what the attributes hold, is read
/// when it is told.
/// </summary>
/// <param name="Type">What happened.</param>
/// <param name="ResourceType">Name of the resource's type.</param>
/// <param name="ResourceId">Id of the resource; of a signal about a stream, the stream's.</param>
/// <param name="At">When it happened.</param>
/// <param name="Correlation">What it belongs to, from the HR batch or request on (<c>txn</c>).</param>
public sealed record Signal(SignalType Type, string ResourceType, string ResourceId, Instant At, string Correlation)
{
    /// <summary>Why.</summary>
    public SignalCause Cause { get; init; }

    /// <summary>Who made it happen.</summary>
    public SignalInitiator Initiator { get; init; }

    /// <summary>Names of the attributes that were set or changed, as paths of SCIM; never their values.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>The version of the resource after it; null where that is not known.</summary>
    public long? Version { get; init; }

    /// <summary>Of <see cref="SignalType.CredentialChange"/>: what happened to which.</summary>
    public CredentialChange? Credential { get; init; }

    /// <summary>Of a signal about a stream: what is said.</summary>
    public StreamNotice? Notice { get; init; }

    /// <summary>
    /// The address by which a receiver knows the account, where that is nowhere else any more: it has changed since, or the resource is deleted.
    /// Null where the account still has it.
    /// </summary>
    public string? FormerAddress { get; init; }
}
