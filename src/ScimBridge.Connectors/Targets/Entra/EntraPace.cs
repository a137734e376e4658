using System.Globalization;
using System.Net.Http.Headers;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Keeps calls below Graph's limits. From 80 percent on, answers say how much of the limit is used up; from 90 percent on the next call
/// waits, the longer the fuller, for no longer than the ten seconds that Graph counts in. What shuts somebody out does not wait.
/// <see href="https://learn.microsoft.com/en-us/graph/throttling-limits#identity-and-access-service-limits"/>
/// </summary>
internal sealed class EntraPace(TimeProvider clock)
{
    private const double Full = 0.9;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private long _closedUntil;

    /// <summary>How long to leave Graph alone; null where it may be called.</summary>
    public TimeSpan? Wait()
    {
        var wait = new DateTimeOffset(Volatile.Read(ref _closedUntil), TimeSpan.Zero) - clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>Takes note of what is used up; a 429 says itself how long to wait.</summary>
    public void Learn(int status, HttpResponseHeaders headers)
    {
        if (status == 429 || !headers.TryGetValues("x-ms-throttle-limit-percentage", out var values)
            || !double.TryParse(values.FirstOrDefault(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var used) || used < Full)
            return;
        var wait = Window * Math.Min(1, (used - 0.8) * 2);
        Volatile.Write(ref _closedUntil, (clock.GetUtcNow() + wait).UtcTicks);
    }
}
