using NodaTime;

namespace ScimBridge.Provisioning.Workers;

/// <summary>Some time in which the same facts hold, until the next period of the stint begins.</summary>
/// <param name="Assertion">What they rest on; null for facts that rest on nothing but themselves.</param>
/// <param name="Facts">The facts, those that the assertion does not state filled in from before.</param>
internal sealed record Phase(Assertion? Assertion, WorkerFacts Facts)
{
    public LocalDate From => Assertion?.EffectiveFrom ?? LocalDate.MinIsoValue;

    public bool Dated => Assertion?.Dated ?? false;
}

/// <summary>One stretch of employment, from its first day to its last. Who leaves and comes back has two.</summary>
internal sealed class Stint
{
    private readonly List<Phase> _phases;

    private Stint(List<Phase> periods)
    {
        var days = Days(periods);
        _phases = periods.ConvertAll(p => p with { Facts = With(p.Facts, days) });
    }

    /// <summary>The periods, by day; at least one.</summary>
    public IReadOnlyList<Phase> Phases => _phases;

    /// <summary>A stint of nothing but these facts.</summary>
    public static Stint Of(WorkerFacts facts) => new([new Phase(null, facts)]);

    /// <summary>Splits the periods of one relationship, which come by day, into stints.</summary>
    public static IEnumerable<Stint> Split(IEnumerable<Phase> periods)
    {
        var current = new List<Phase>();
        foreach (var period in periods)
        {
            if (current.Count > 0 && IsReturn(period, Days(current)))
            {
                yield return new Stint(current);
                current = [];
            }

            current.Add(period);
        }

        if (current.Count > 0)
            yield return new Stint(current);
    }

    private static bool IsReturn(Phase period, StintDays before)
    {
        if (before.Last is not { } last)
            return false;
        return period.Facts.StartDate is { } start
            ? start > last && start != before.Start
            : period.Assertion!.Kind == RecordKind.New && period.From > last;
    }

    // The newest snapshot says all the days of the stint, also that there is none. A dated record says those that it states.
    private static StintDays Days(List<Phase> periods)
    {
        var days = default(StintDays);
        foreach (var period in periods.OrderBy(p => p.Assertion?.Order).ThenBy(p => p.From).ThenBy(p => p.Assertion?.Seq))
        {
            var (facts, stated) = (period.Facts, period.Dated);
            days = new StintDays(
                facts.StartDate ?? (stated ? days.Start : null),
                facts.ContractEndDate ?? (stated ? days.ContractEnd : null),
                TerminationOf(period) ?? (stated ? days.Termination : null),
                facts.LastDayOfWork ?? (stated ? days.LastOfWork : null));
        }

        var first = periods[0];
        return days.Start is null && first.Dated ? days with { Start = first.From } : days;
    }

    // A dated record that says "terminated" and names no day means that its own day is the first without work.
    private static LocalDate? TerminationOf(Phase period)
    {
        var facts = period.Facts;
        return period.Dated && facts.TerminationDate is null && facts.LastDayOfWork is null
            && facts.Status is EmploymentStatus.Terminated or EmploymentStatus.Retired
            && period.From > LocalDate.MinIsoValue
            ? period.From.PlusDays(-1)
            : facts.TerminationDate;
    }

    private static WorkerFacts With(WorkerFacts facts, StintDays days) =>
        new StintDays(facts.StartDate, facts.ContractEndDate, facts.TerminationDate, facts.LastDayOfWork) == days
            ? facts
            : facts with
            {
                StartDate = days.Start,
                ContractEndDate = days.ContractEnd,
                TerminationDate = days.Termination,
                LastDayOfWork = days.LastOfWork,
            };

    private readonly record struct StintDays(LocalDate? Start, LocalDate? ContractEnd, LocalDate? Termination, LocalDate? LastOfWork)
    {
        public LocalDate? Last => new[] { ContractEnd, Termination, LastOfWork }.Min();
    }
}
