using System.Collections.Concurrent;
using NodaTime;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Counts of whole companies, of which a limit is a percentage: kept for a minute, because counting goes through everybody, and whoever leaves is
/// not to wait for that.
/// </summary>
/// <typeparam name="TCount">What is counted.</typeparam>
public sealed class Counted<TCount>(IClock clock)
{
    private static readonly Duration Kept = Duration.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (TCount Count, Instant At)> _counts = new(StringComparer.Ordinal);

    /// <summary>The count of what is called by the name: that of the last minute, or a new one.</summary>
    public async Task<TCount> GetAsync(string name, Func<Task<TCount>> count)
    {
        ArgumentNullException.ThrowIfNull(count);
        var now = clock.GetCurrentInstant();
        if (_counts.TryGetValue(name, out var kept) && now - kept.At < Kept)
            return kept.Count;
        var fresh = await count();
        _counts[name] = (fresh, now);
        return fresh;
    }
}
