using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>The exchange, or the end, of one credential at its target. It never holds a secret.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Target">The target.</param>
/// <param name="AccountId">The service account.</param>
/// <param name="KeyId">The credential that has to go.</param>
/// <param name="Type">What sort it is.</param>
/// <param name="Way">How it goes.</param>
/// <param name="StartedAt">When it began.</param>
public sealed record Rotation(
    string Id, string Target, string AccountId, string KeyId, CredentialType Type, RotationWay Way, Instant StartedAt)
{
    /// <summary>How far it has come.</summary>
    public RotationStage Stage { get; init; }

    /// <summary>The new credential; null where there is none, or its key id is not known.</summary>
    public string? NewKeyId { get; init; }

    /// <summary>The credentials that were there before a new one was asked for.</summary>
    public IReadOnlyList<string> KeysBefore { get; init; } = [];

    /// <summary>When a new one was asked for; null where it was not.</summary>
    public Instant? AttemptedAt { get; init; }

    /// <summary>The version of the old secret in the vault; null where the vault has it not.</summary>
    public int? OldVersion { get; init; }

    /// <summary>The version of the new secret in the vault.</summary>
    public int? NewVersion { get; init; }

    /// <summary>When the new one was where its consumers fetch it.</summary>
    public Instant? HandedOverAt { get; init; }

    /// <summary>When the consumers were told.</summary>
    public Instant? ToldAt { get; init; }

    /// <summary>When a consumer said that it uses the new one.</summary>
    public Instant? ConfirmedAt { get; init; }

    /// <summary>When the target showed the new one in use.</summary>
    public Instant? SeenAt { get; init; }

    /// <summary>Until when the old one is kept for those who still use it.</summary>
    public Instant OverlapUntil { get; init; }

    /// <summary>When the target said that the old one is gone.</summary>
    public Instant? RemovedAt { get; init; }

    /// <summary>What the target showed after that; null where it shows nothing.</summary>
    public string? ReadBack { get; init; }

    /// <summary>What came of the trial of the old one; null where it was not tried.</summary>
    public string? Probe { get; init; }

    /// <summary>What it came to; null while it is under way.</summary>
    public CredentialState? Result { get; init; }

    /// <summary>When it ended.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>What it belongs to, from the HR batch or request on.</summary>
    public string Correlation { get; init; } = "";

    /// <summary>What the new credential is called at the target: by it one that nobody knows is known again.</summary>
    public string Mark => "scimbridge-" + Id;

    /// <summary>
    /// Credentials that were made for this rotation and whose secret never arrived: those of its name; where names are not kept, those that
    /// were not there before and are of the time since one was asked for.
    /// </summary>
    public IReadOnlyList<string> StraysAmong(FoundAccount found, bool keepsNames)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (AttemptedAt is not { } attempted)
            return [];
        return [.. found.Credentials.Where(c => c.Type == Type && !KeysBefore.Contains(c.KeyId)
            && (keepsNames ? c.Name == Mark : c.CreatedAt is null || c.CreatedAt >= attempted - ClockSkew)).Select(c => c.KeyId)];
    }

    private static Duration ClockSkew => Duration.FromMinutes(5);
}
