using NodaTime;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Storage.Stores;

/// <summary>What the bridge remembers of a target between two deliveries.</summary>
/// <param name="Breaker">Whether it is called at all.</param>
/// <param name="PausedUntil">Until when it asked everybody to wait; null where it did not.</param>
/// <param name="EnforcedAt">Since when somebody has let the bridge write there; null where nobody has.</param>
public sealed record TargetState(TargetBreaker Breaker, Instant? PausedUntil, Instant? EnforcedAt);

/// <summary>What the bridge remembers of the targets.</summary>
public static class TargetStore
{
    /// <summary>What is remembered.</summary>
    public static async Task<TargetState> FindAsync(Session session, string target, CancellationToken cancel) => await session.FirstAsync(
        "SELECT failures, opened_at, probe_at, probes, reason, paused_until, enforced_at FROM target_state WHERE target = @target",
        r =>
        {
            Instant? At(int column) => r.IsDBNull(column) ? null : Microseconds.ToInstant(r.GetInt64(column));
            return new TargetState(
                new TargetBreaker((int)r.GetInt64(0), At(1), At(2), (int)r.GetInt64(3), r.IsDBNull(4) ? null : r.GetString(4)), At(5), At(6));
        },
        cancel,
        ("target", target)) ?? new TargetState(new TargetBreaker(), null, null);

    /// <summary>Lets every target be called now, whether it asked to wait or was found to be away: one call finds out.</summary>
    public static Task ProbeNowAsync(Session session, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE target_state SET paused_until = NULL, probe_at = CASE WHEN opened_at IS NULL THEN probe_at ELSE @now END", cancel, ("now", now));

    /// <summary>Lets the bridge write to a target; false where it was let before.</summary>
    public static async Task<bool> EnforceAsync(Session session, string target, long now, CancellationToken cancel) => await session.ExecuteAsync(
        "INSERT INTO target_state (target, failures, probes, enforced_at) VALUES (@target, 0, 0, @now) " +
        "ON CONFLICT (target) DO UPDATE SET enforced_at = excluded.enforced_at WHERE target_state.enforced_at IS NULL",
        cancel,
        ("target", target), ("now", now)) == 1;

    /// <summary>Writes what calls have shown of a target.</summary>
    public static Task PutAsync(Session session, string target, TargetBreaker breaker, Instant? pausedUntil, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO target_state (target, failures, opened_at, probe_at, probes, reason, paused_until) " +
        "VALUES (@target, @failures, CAST(@opened AS bigint), CAST(@probe AS bigint), @probes, @reason, CAST(@paused AS bigint)) ON CONFLICT (target) DO UPDATE SET " +
        "failures = excluded.failures, opened_at = excluded.opened_at, probe_at = excluded.probe_at, probes = excluded.probes, " +
        "reason = excluded.reason, paused_until = excluded.paused_until",
        cancel,
        ("target", target), ("failures", (long)breaker.Failures), ("opened", breaker.OpenedAt?.ToMicroseconds()),
        ("probe", breaker.ProbeAt?.ToMicroseconds()), ("probes", (long)breaker.Probes), ("reason", breaker.Reason),
        ("paused", pausedUntil?.ToMicroseconds()));
}
