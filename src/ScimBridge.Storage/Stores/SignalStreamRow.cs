using ScimBridge.Provisioning.Signals;

namespace ScimBridge.Storage.Stores;

/// <summary>A stream of Shared Signals as it is stored.</summary>
/// <param name="Id">Its id (<c>stream_id</c>).</param>
/// <param name="Owner">The client that made it; null where the configuration declares it.</param>
/// <param name="Audience">Whom its tokens are for.</param>
/// <param name="Endpoint">Where to push to; null where the receiver polls.</param>
/// <param name="Events">The events that it gets.</param>
/// <param name="Rule">How the receiver is told whom an event is about.</param>
public sealed record SignalStreamRow(
    string Id, string? Owner, string Audience, string? Endpoint, IReadOnlyCollection<SignalType> Events, SubjectRule Rule)
{
    /// <summary>It gets what happens.</summary>
    public const string Enabled = "enabled";

    /// <summary>What happens is kept for it.</summary>
    public const string Paused = "paused";

    /// <summary>What happens is not kept for it.</summary>
    public const string Disabled = "disabled";

    /// <summary>What is sent as <c>Authorization</c>, sealed; null for nothing.</summary>
    public string? Credential { get; init; }

    /// <summary>JSON list of the events that the receiver asked for, known or not; null where it asked for none in particular.</summary>
    public string? Requested { get; init; }

    /// <summary>What the receiver says that it is for.</summary>
    public string? Description { get; init; }

    /// <summary><see cref="Enabled"/>, <see cref="Paused"/> or <see cref="Disabled"/>.</summary>
    public string Status { get; init; } = Enabled;

    /// <summary>Why it is not enabled, where that is known.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was made, in microseconds since 1970.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When the receiver last asked for a verification; null for never.</summary>
    public long? VerifiedAt { get; init; }

    /// <summary>How often in a row nothing could be pushed.</summary>
    public int Attempts { get; init; }

    /// <summary>Until when nothing is pushed; null for no wait.</summary>
    public long? RetryAt { get; init; }

    /// <summary>Why nothing could be pushed; null where it could.</summary>
    public string? Failure { get; init; }
}
