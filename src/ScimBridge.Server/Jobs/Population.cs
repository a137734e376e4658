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
    public static async Task<Population> LoadAsync(
        Session session, string source, IReadOnlyCollection<Suspect> suspects, SafetyLimits limits, long today, long privileged, CancellationToken cancel)
    {
        var population = new Population();
        if (suspects.Count == 0)
            return population;
        foreach (var (days, effect, _) in limits.Windows)
            population._passed[(effect, days)] = await HoldStore.PassedSinceAsync(session, source, effect, today - days + 1, cancel);
        population._all = await WorkerStore.CountWithAccessAsync(session, source, null, null, cancel);
        population._strata[Breaker.Privileged] = privileged;
        var fewest = limits.Stratum.Values.Select(l => Math.Min(l.AtLeast, l.AtMost ?? int.MaxValue)).DefaultIfEmpty(int.MaxValue).Min();
        var large = suspects.SelectMany(s => s.Strata).CountBy(s => s, StringComparer.Ordinal).Where(s => s.Value > fewest).Select(s => s.Key);
        foreach (var stratum in large.Where(s => s != Breaker.Privileged))
        {
            var (kind, name) = (stratum[..stratum.IndexOf(':', StringComparison.Ordinal)], stratum[(stratum.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            population._strata[stratum] = kind switch
            {
                "department" => await WorkerStore.CountWithAccessAsync(session, source, name, null, cancel),
                "country" => await WorkerStore.CountWithAccessAsync(session, source, null, name, cancel),
                _ => await WorkerStore.CountReportsAsync(session, source, name, cancel),
            };
        }

        return population;
    }

    /// <inheritdoc/>
    public long Of(string? stratum) => stratum is null ? _all : _strata.GetValueOrDefault(stratum);

    /// <inheritdoc/>
    public long Passed(Effect effect, int days) => _passed.GetValueOrDefault((effect, days));
}
