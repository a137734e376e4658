using ScimBridge.Provisioning.Safety;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>The people of a source as the breaker asks for them. Counted where it matters, and once.</summary>
internal sealed class Population : IPopulation
{
    private readonly Dictionary<string, long> _strata = new(StringComparer.Ordinal);
    private readonly Dictionary<(Effect, int), long> _passed = [];
    private long _all;

    private Population()
    {
    }

    /// <summary>Loads what the breaker can ask about these suspects.</summary>
    /// <param name="session">The session.</param>
    /// <param name="source">The source.</param>
    /// <param name="suspects">The suspects.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="today">The day, in days since 1970.</param>
    /// <param name="everybody">Counts of those who have access, by source.</param>
    /// <param name="privileged">Counts the privileged.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<Population> LoadAsync(
        Session session, string source, IReadOnlyCollection<Suspect> suspects, SafetyLimits limits, long today, Counted<long> everybody,
        Func<Task<long>> privileged, CancellationToken cancel)
    {
        var population = new Population();
        if (suspects.Count == 0)
            return population;
        foreach (var (days, effect, _) in limits.Windows)
            population._passed[(effect, days)] = await HoldStore.PassedSinceAsync(session, source, effect, today - days + 1, cancel);
        if (IsNearALimit())
            population._all = await everybody.GetAsync(source, () => WorkerStore.CountWithAccessAsync(session, source, null, null, cancel));
        var large = suspects.SelectMany(s => s.Strata).CountBy(s => s, StringComparer.Ordinal)
            .Where(s => s.Value > limits.Of(s.Key).Values.Select(l => l.Always).DefaultIfEmpty(int.MaxValue).Min()).Select(s => s.Key);
        foreach (var stratum in large)
        {
            var (kind, name) = stratum.Split(':', 2) is [var first, var rest] ? (first, rest) : (stratum, "");
            population._strata[stratum] = kind switch
            {
                Breaker.Privileged => await privileged(),
                Breaker.ServiceAccounts => await ServiceAccountStore.CountConcernedAsync(session, source, cancel),
                "department" => await WorkerStore.CountWithAccessAsync(session, source, name, null, cancel),
                "country" => await WorkerStore.CountWithAccessAsync(session, source, null, name, cancel),
                _ => await WorkerStore.CountReportsAsync(session, source, name, cancel),
            };
        }

        return population;

        long Of(Effect effect) => suspects.Count(s => s.Effect.HasFlag(effect));

        bool IsNearALimit() => limits.Batch.Any(l => Of(l.Key) > l.Value.Always)
            || limits.Windows.Any(w => Of(w.Effect) is var some and > 0 && some + population.Passed(w.Effect, w.Days) > w.Limit.Always);
    }

    /// <inheritdoc/>
    public long Of(string? stratum) => stratum is null ? _all : _strata.GetValueOrDefault(stratum);

    /// <inheritdoc/>
    public long Passed(Effect effect, int days) => _passed.GetValueOrDefault((effect, days));
}
