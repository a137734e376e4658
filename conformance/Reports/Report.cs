using ScimBridge.Conformance.Discovery;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Reports;

/// <summary>Everything that a report tells.</summary>
internal sealed record Report(
    Settings Settings,
    Server Server,
    DateTimeOffset Began,
    DateTimeOffset Ended,
    IReadOnlyList<CaseResult> Results,
    IReadOnlyList<ClauseResult> Clauses,
    IReadOnlyList<string> Leftovers,
    bool Interrupted)
{
    /// <summary>Levels that leave a server no choice; failing another is a departure from advice.</summary>
    public static bool Binding(string level) =>
        level.StartsWith("MUST", StringComparison.Ordinal) || level.StartsWith("SHALL", StringComparison.Ordinal);

    public int Count(Outcome outcome) => Results.Count(r => r.Outcome == outcome);

    /// <summary>Per part of the catalogue: how many clauses have which outcome; the last column counts those not chosen.</summary>
    public IReadOnlyList<(string Part, int[] Counts)> Parts() =>
        [.. Clauses.GroupBy(c => c.Clause.Part, StringComparer.Ordinal).Select(part => (part.Key, Counts(part)))];

    public int[] Totals() => Counts(Clauses);

    private static int[] Counts(IEnumerable<ClauseResult> clauses)
    {
        var counts = new int[5];
        foreach (var clause in clauses)
            counts[clause.Outcome is { } outcome ? (int)outcome : 4]++;
        return counts;
    }
}
