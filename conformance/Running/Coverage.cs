namespace ScimBridge.Conformance.Running;

/// <summary>What a run says of one clause. No outcome means that no case of it was chosen for this run.</summary>
internal sealed record ClauseResult(Clause Clause, Outcome? Outcome, string Reason, IReadOnlyList<string> Cases);

/// <summary>The catalogue seen through a run's results.</summary>
internal static class Coverage
{
    public static IReadOnlyList<ClauseResult> Of(Catalogue catalogue, IReadOnlyList<CaseResult> results) =>
        [.. catalogue.Clauses.Select(clause => Judge(
            clause,
            [.. results.Where(r => r.Case.Clauses.Contains(clause.Id, StringComparer.Ordinal))]))];

    /// <summary>One failing case fails its clause; else one that passed shows it.</summary>
    private static ClauseResult Judge(Clause clause, IReadOnlyList<CaseResult> about)
    {
        IReadOnlyList<string> ids = [.. about.Select(r => r.Case.Id)];
        foreach (var outcome in new[] { Outcome.Failed, Outcome.Passed, Outcome.NotSupported, Outcome.NotTested })
        {
            if (about.FirstOrDefault(r => r.Outcome == outcome) is { } result)
                return new ClauseResult(clause, outcome, result.Message, ids);
        }
        return clause.Unobservable is { } reason
            ? new ClauseResult(clause, Outcome.NotTested, reason, ids)
            : new ClauseResult(clause, null, "not chosen for this run", ids);
    }
}
