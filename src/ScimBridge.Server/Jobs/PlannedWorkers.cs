using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Loads workers for a decision that is not written: as they are, with what a batch would add to them.</summary>
internal sealed class PlannedWorkers(string source, PlannedBatch? batch)
{
    /// <summary>The workers of those keys, in their order.</summary>
    public async Task<List<DueWorker>> LoadAsync(Session session, IReadOnlyCollection<string> workerIds, CancellationToken cancel)
    {
        var known = (await WorkerStore.OfIdsAsync(session, source, workerIds, cancel)).ToDictionary(w => w.WorkerId, StringComparer.Ordinal);
        var workers = workerIds.Select(id => Overlay(id, known.GetValueOrDefault(id))).OfType<DueWorker>().ToList();
        return batch is null ? workers : await ManagedAsync(session, workers, cancel);
    }

    /// <summary>The workers where time has put them: what was noted of their places is taken for changed.</summary>
    public Task<List<DueWorker>> MoveAsync(
        Session session, IEnumerable<DueWorker> workers, IEnumerable<WorkerPlace> places, CancellationToken cancel)
    {
        var moved = places.ToDictionary(p => p.WorkerId, StringComparer.Ordinal);
        return ManagedAsync(session, [.. workers.Where(w => moved.ContainsKey(w.WorkerId)).Select(w => w with { Place = moved[w.WorkerId] })], cancel);
    }

    private DueWorker? Overlay(string id, DueWorker? known)
    {
        if (batch?.Workers.GetValueOrDefault(id) is not { } added)
            return known;
        if (known is not null)
        {
            // What is taken back moves nobody by itself: where they are then is seen by the decision.
            var kept = added.Retracted.Count == 0
                ? known.Assertions
                : known.Assertions.Select(a => added.Retracted.Contains(a.Seq) ? a with { RetractedAt = batch.RetractedAt } : a);
            return known with
            {
                Assertions = [.. kept, .. added.Assertions],
                Place = added.Assertions.Count == 0 ? known.Place : added.Place with { ResourceId = known.ResourceId },
            };
        }

        return new DueWorker
        {
            WorkerId = id,
            ResourceId = added.ResourceId,
            Generation = 0,
            DecidedSeq = 0,
            DecidedAt = 0,
            Access = null,
            Correlation = "",
            Place = added.Place,
            Assertions = added.Assertions,
            ResourceVersion = 0,
            ResourceBody = null,
            ManagerResourceId = null,
            ManagerHasResource = false,
            ManagerWorkerId = null,
            Number = 0,
            EndedAt = null,
        };
    }

    // Who the manager is was looked up by where the worker is now; here the worker may be elsewhere, and the manager may be new.
    private async Task<List<DueWorker>> ManagedAsync(Session session, List<DueWorker> workers, CancellationToken cancel)
    {
        var keys = workers.Select(w => w.Place.ManagerId).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        if (keys.Length == 0)
            return workers.ConvertAll(w => w with { ManagerResourceId = null, ManagerHasResource = false, ManagerWorkerId = null, ManagerAssertions = [] });
        var persons = await WorkerStore.PersonsAsync(session, source, keys, cancel);
        var ids = keys.Select(PersonOf).Distinct(StringComparer.Ordinal).ToArray();
        var known = (await WorkerStore.OfIdsAsync(session, source, ids, cancel)).ToDictionary(w => w.WorkerId, StringComparer.Ordinal);
        var managers = ids.Select(id => Overlay(id, known.GetValueOrDefault(id))).OfType<DueWorker>().ToDictionary(w => w.WorkerId, StringComparer.Ordinal);
        return workers.ConvertAll(w =>
        {
            var manager = w.Place.ManagerId is { } key ? managers.GetValueOrDefault(PersonOf(key)) : null;
            return w with
            {
                ManagerResourceId = manager?.ResourceId,
                ManagerHasResource = manager is { ResourceVersion: > 0 },
                ManagerWorkerId = manager?.WorkerId,
                ManagerAssertions = manager is { ResourceVersion: 0 } ? manager.Assertions : [],
            };
        });

        string PersonOf(string key) => persons.GetValueOrDefault(key) ?? batch?.Persons.GetValueOrDefault(key) ?? key;
    }
}
