using System.Diagnostics.Metrics;
using NodaTime;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// How long it takes from the HR event, which is the later of when it was heard of and when it counts: the metric
/// <c>hr_event_to_verified_seconds</c>, by stage: <c>decided</c>, <c>verified</c> (one thing at one target, with <c>target</c> and
/// <c>access</c>), <c>closed</c> (all of it).
/// </summary>
public sealed class RevocationClock : IDisposable
{
    private readonly Meter _meter = new("ScimBridge");
    private readonly Histogram<double> _seconds;

    /// <summary>Creates it.</summary>
    public RevocationClock()
    {
        _seconds = _meter.CreateHistogram<double>(
            "hr_event_to_verified_seconds", "s", "Time from the HR event until access is proven to have ended.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 86400] });
    }

    /// <summary>A case was opened.</summary>
    public void Decided(Revocation revocation) => _seconds.Record(
        Seconds(revocation.Since, Microseconds.ToInstant(revocation.RequestedAt)), KeyValuePair.Create<string, object?>("stage", "decided"));

    /// <summary>One thing was proven to have ended.</summary>
    public void Verified(RevocationStep step, Instant now) => _seconds.Record(
        Seconds(step.Since, now),
        KeyValuePair.Create<string, object?>("stage", "verified"),
        KeyValuePair.Create<string, object?>("target", step.Target),
        KeyValuePair.Create<string, object?>("access", Words.Of(step.Kind)));

    /// <summary>All of a case was, or somebody answers for it.</summary>
    public void Closed(Revocation revocation, Instant now) =>
        _seconds.Record(Seconds(revocation.Since, now), KeyValuePair.Create<string, object?>("stage", "closed"));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static double Seconds(long since, Instant now) => Math.Max(0, (now - Microseconds.ToInstant(since)).TotalSeconds);
}
