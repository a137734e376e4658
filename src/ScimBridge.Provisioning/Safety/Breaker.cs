namespace ScimBridge.Provisioning.Safety;

/// <summary>One record that waits for the verdict.</summary>
/// <param name="Id">What the caller knows it by.</param>
/// <param name="Effect">What it does.</param>
/// <param name="Strata">The groups of people that its worker belongs to, such as <c>department:Sales</c>.</param>
/// <param name="Move">From where to where it moves the worker; null where it does not.</param>
public sealed record Suspect(long Id, Effect Effect, IReadOnlyList<string> Strata, string? Move = null);

/// <summary>Why records are held.</summary>
/// <param name="Effect">The effect of which there is too much.</param>
/// <param name="Stratum">Among whom; null for the whole source.</param>
/// <param name="Count">How many records.</param>
/// <param name="Limit">How many would have passed.</param>
/// <param name="Population">Of how many people.</param>
/// <param name="Days">Over how many days; 0 for the batch alone.</param>
public sealed record Trip(Effect Effect, string? Stratum, int Count, int Limit, long Population, int Days);

/// <summary>What becomes of the suspects of one batch.</summary>
/// <param name="Trips">Why some are held; empty where none is.</param>
/// <param name="Held">The suspects that are held. The others pass.</param>
/// <param name="Reorganisations">Moves that are one decision: from where to where, and how many.</param>
public sealed record Verdict(
    IReadOnlyList<Trip> Trips, IReadOnlySet<long> Held, IReadOnlyList<(string Move, int Count)> Reorganisations);

/// <summary>What the breaker compares a batch with.</summary>
public interface IPopulation
{
    /// <summary>How many people of the source have access; of one stratum where it is named.</summary>
    long Of(string? stratum);

    /// <summary>How many records with the effect passed in the last days.</summary>
    long Passed(Effect effect, int days);
}

/// <summary>Holds what is destructive in a batch where there is more of it than an ordinary day brings.</summary>
public static class Breaker
{
    // A move of so many people between the same two places is a decision about places.
    private const int PeopleOfReorganisation = 10;

    private static readonly Effect[] Each =
        [Effect.Terminates, Effect.Disables, Effect.Rekeys, Effect.Nulls, Effect.Moves, Effect.Revives];

    /// <summary>The name of the stratum of people with privileged access.</summary>
    public const string Privileged = "privileged";

    /// <summary>The name of the stratum of people on whom service accounts depend: who answers for one, or knows a secret of one.</summary>
    public const string ServiceAccounts = "serviceAccounts";

    /// <summary>Judges a batch.</summary>
    public static Verdict Judge(IReadOnlyCollection<Suspect> suspects, SafetyLimits limits, IPopulation population)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(population);
        var trips = new List<Trip>();
        var held = new HashSet<long>();
        foreach (var effect in Each)
        {
            var some = suspects.Where(s => s.Effect.HasFlag(effect)).ToList();
            if (some.Count == 0)
                continue;
            if (OfSource(effect, some.Count, limits, population) is { } trip)
                Hold(trip, some);
            foreach (var window in limits.Windows.Where(w => w.Effect == effect))
            {
                var count = some.Count + (int)Math.Min(population.Passed(effect, window.Days), int.MaxValue / 2);
                // What passed earlier has passed; it takes somebody new today to hold anything.
                var people = count > window.Limit.Always ? population.Of(null) : 0;
                if (count > window.Limit.Always && count > window.Limit.For(people))
                    Hold(new Trip(effect, null, count, window.Limit.For(people), people, window.Days), some);
            }

            foreach (var stratum in some.SelectMany(s => s.Strata.Select(name => (Name: name, Suspect: s)))
                .GroupBy(s => s.Name, s => s.Suspect, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                var within = stratum.ToList();
                if (OfStratum(effect, stratum.Key, within.Count, limits, population) is { } found)
                    Hold(found, within);
            }
        }

        var moves = suspects.Where(s => held.Contains(s.Id) && s.Move is not null)
            .GroupBy(s => s.Move!, StringComparer.Ordinal).Where(g => g.Count() >= PeopleOfReorganisation)
            .Select(g => (g.Key, g.Count())).OrderByDescending(g => g.Item2).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        return new Verdict(trips, held, moves);

        void Hold(Trip trip, List<Suspect> records)
        {
            trips.Add(trip);
            held.UnionWith(records.Select(r => r.Id));
        }
    }

    private static Trip? OfSource(Effect effect, int count, SafetyLimits limits, IPopulation population) =>
        limits.Batch.TryGetValue(effect, out var limit) ? Compare(effect, null, count, limit, population) : null;

    private static Trip? OfStratum(Effect effect, string stratum, int count, SafetyLimits limits, IPopulation population) =>
        limits.Of(stratum).TryGetValue(effect, out var limit)
            ? Compare(effect, stratum, count, limit, population)
            : null;

    // How many people there are is asked only where it can matter: most batches change next to nobody.
    private static Trip? Compare(Effect effect, string? stratum, int count, Limit limit, IPopulation population)
    {
        if (count <= limit.Always)
            return null;
        var people = population.Of(stratum);
        var most = limit.For(people);
        return count > most ? new Trip(effect, stratum, count, most, people, Days: 0) : null;
    }
}
