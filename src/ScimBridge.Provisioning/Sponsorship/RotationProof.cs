using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What a look at a target makes of a credential: the one thing that closes a duty.</summary>
public static class RotationProof
{
    /// <summary>The account after a credential was seen in a state.</summary>
    public static ServiceAccount Seen(ServiceAccount account, string keyId, CredentialState state, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        return Of(account, keyId, c => c with { State = state, Risk = state == CredentialState.Unverifiable ? c.Risk : null }, now);
    }

    /// <summary>The account after somebody has accepted that nobody can see whether a credential has ended.</summary>
    public static ServiceAccount RiskAccepted(ServiceAccount account, string keyId, string? personId, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        return Of(account, keyId, c => c.State == CredentialState.Unverifiable ? c with { Risk = new RiskAcceptance(personId, now) } : c, now);
    }

    private static ServiceAccount Of(ServiceAccount account, string keyId, Func<Credential, Credential> change, Instant now)
    {
        var credentials = account.Credentials.Select(c => c.KeyId == keyId ? change(c) : c).ToList();
        var isSettled = credentials.Exists(c => c.KeyId == keyId && c.IsSettled);
        return account with
        {
            Credentials = credentials,
            Duties = [.. account.Duties.Select(d => isSettled && d.KeyId == keyId && d.ClosedAt is null ? d with { ClosedAt = now } : d)],
        };
    }
}
