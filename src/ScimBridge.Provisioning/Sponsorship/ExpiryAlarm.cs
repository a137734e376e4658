using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>When somebody is told that a credential, or an account, is about to expire: a month before, two weeks, three days, a day, and at its end.</summary>
public static class ExpiryAlarm
{
    private static readonly Duration[] Before = [Duration.FromDays(30), Duration.FromDays(14), Duration.FromDays(3), Duration.FromDays(1), Duration.Zero];

    /// <summary>The next alarm after an instant; null for none.</summary>
    public static Instant? NextAt(ServiceAccount account, Instant now) =>
        Ends(account).SelectMany(e => Before.Select(b => (Instant?)(e.At - b))).Where(at => at > now).Min();

    /// <summary>What the alarms from one instant to another are about; the key id is null where it is the account itself.</summary>
    public static IReadOnlyList<(string? KeyId, Instant At)> Between(ServiceAccount account, Instant from, Instant until) =>
        [.. Ends(account).Where(e => Before.Any(b => e.At - b >= from && e.At - b <= until))];

    private static IEnumerable<(string? KeyId, Instant At)> Ends(ServiceAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (account.Use is AccountUse.Proposed or AccountUse.Deleted)
            return [];
        var credentials = account.Credentials.Where(c => c is { IsSettled: false, NotAfter: not null }).Select(c => ((string?)c.KeyId, c.NotAfter!.Value));
        return account.ExpiresAt is { } end ? credentials.Append((null, end)) : credentials;
    }
}
