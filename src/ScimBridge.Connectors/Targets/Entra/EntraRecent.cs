using System.Collections.Concurrent;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Remembers what was made a moment ago: a replica that does not have it yet answers 404, and that does not mean that it is gone.
/// </summary>
internal sealed class EntraRecent(TimeProvider clock)
{
    private const int Many = 10_000;

    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _made = new(StringComparer.OrdinalIgnoreCase);

    public void Note(string id)
    {
        var now = clock.GetUtcNow();
        if (_made.Count >= Many)
        {
            foreach (var (old, at) in _made)
            {
                if (now - at > Lag)
                    _made.TryRemove(old, out _);
            }
        }

        _made[id] = now;
    }

    public bool Has(string id) => _made.TryGetValue(id, out var at) && clock.GetUtcNow() - at <= Lag;

    /// <summary>Forgets it; whether it was made a moment ago.</summary>
    public bool Forget(string id) => _made.TryRemove(id, out var at) && clock.GetUtcNow() - at <= Lag;
}
