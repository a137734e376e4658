using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>When the use of an account is looked at because it is to be disabled, and what a look makes of the account.</summary>
public static class UseCheck
{
    /// <summary>How long before a deadline it is looked at.</summary>
    public static Duration Before { get; } = Duration.FromHours(1);

    /// <summary>When to look next: an hour before the next deadline at which it is disabled or tested; null where there is none, or it is nearer.</summary>
    public static Instant? NextAt(ServiceAccount account, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(policy);
        return Deadlines(account, policy).Select(d => d - Before).Where(at => at > now).Min();
    }

    /// <summary>The next of these deadlines; null for none.</summary>
    public static Instant? DeadlineOf(ServiceAccount account, SuccessionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(policy);
        return Deadlines(account, policy).Min();
    }

    /// <summary>The account after a look; the same where it was not used since.</summary>
    public static ServiceAccount Seen(ServiceAccount account, Instant? lastUsedAt)
    {
        ArgumentNullException.ThrowIfNull(account);
        return lastUsedAt is { } used && !(account.LastUsedAt >= used) ? account with { LastUsedAt = used } : account;
    }

    private static IEnumerable<Instant?> Deadlines(ServiceAccount account, SuccessionPolicy policy) =>
        account.Use is not (AccountUse.InUse or AccountUse.Restricted) ? [] :
        [
            DueEnd.DisableAt(account, policy), account.Orphan is { EndedAt: null } orphan ? orphan.EndBy : null,
            .. account.Duties.Where(d => d is { ClosedAt: null, EscalatedAt: null, DisablesWhenLate: true }).Select(d => (Instant?)d.DueAt),
        ];
}
