using System.Text.Json;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What happened to a worker since the last decision: one event for each record, in the order in which they came in.</summary>
internal static class WorkerEvents
{
    /// <summary>The events.</summary>
    /// <param name="due">The worker.</param>
    /// <param name="access">Access as it was decided last.</param>
    /// <param name="current">The worker now.</param>
    /// <param name="now">Now.</param>
    /// <param name="zones">The time zones.</param>
    /// <param name="at">What some assertions come to at an instant.</param>
    public static IReadOnlyList<StoredEvent> Of(
        DueWorker due,
        AccessState? access,
        Worker? current,
        Instant now,
        IDateTimeZoneProvider zones,
        Func<IEnumerable<Assertion>, Instant, Worker?> at)
    {
        var decidedAt = Microseconds.ToInstant(due.DecidedAt);
        var news = due.Assertions.Where(a => a.Seq > due.DecidedSeq && a.RetractedAt is null).OrderBy(a => a.Seq).ToList();
        var retracted = due.Assertions.Where(a => a.Seq <= due.DecidedSeq && a.RetractedAt > decidedAt).ToList();
        if (news.Count == 0 && retracted.Count == 0)
        {
            return access is { } before && current is not null && LifecycleEvent.OfTime(before, current, now) is { } passed
                ? [Stored(passed, due, null, due.Correlation, now)]
                : [];
        }

        var events = new List<StoredEvent>();
        var known = due.Assertions.Where(a => a.Seq <= due.DecidedSeq && (a.RetractedAt is null || a.RetractedAt > decidedAt))
            .Select(a => a with { RetractedAt = null }).ToList();
        var was = at(known, now);
        foreach (var batch in retracted.GroupBy(a => a.BatchId, StringComparer.Ordinal))
        {
            known.RemoveAll(a => batch.Any(r => r.Seq == a.Seq));
            was = Step(null, batch.Key);
        }

        foreach (var assertion in news)
        {
            var comes = at([.. known, assertion], now);
            var then = assertion.Dated && comes is not null
                ? assertion.EffectiveFrom.AtStartOfDayInZone(zones[comes.Facts.TimeZone]).ToInstant()
                : now;
            var ahead = then > now ? LifecycleEvent.OfPlan(at(known, then), at([.. known, assertion], then), then) : null;
            known.Add(assertion);
            was = Step(assertion.Seq, assertion.BatchId, ahead);
        }

        return events;

        Worker? Step(long? seq, string batch, LifecycleEvent? ahead = null)
        {
            var comes = at(known, now);
            // Single facts about somebody of whom too little is known are no event yet.
            if (was is not null || comes is not null)
            {
                var happened = LifecycleEvent.OfRecord(was, comes, now);
                // What changes nothing yet is heard of now, as what it will change: on its day there is no record.
                events.Add(Stored(happened is { Type: LifecycleEventType.Corrected, Changed: [] } ? ahead ?? happened : happened, due, seq, batch, now));
            }

            return comes;
        }
    }

    /// <summary>That an account is there for somebody who will start: for receivers of notifications, not for the feed of what happened.</summary>
    public static StoredEvent Prepared(DueWorker due, Worker worker, Instant now) =>
        Stored(new LifecycleEvent(default, worker.AccessStart ?? now, []), due, null, due.Correlation, now) with { Type = Welcome.EventName };

    private static StoredEvent Stored(LifecycleEvent e, DueWorker due, long? seq, string batch, Instant now) => new(
        Seq: 0, due.WorkerId, due.ResourceId, e.Name, e.EffectiveAt.ToMicroseconds(), now.ToMicroseconds(), seq, batch,
        JsonSerializer.Serialize(e.Changed));
}
