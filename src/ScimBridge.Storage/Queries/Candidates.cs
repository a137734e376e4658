using ScimBridge.Scim.Filters;

namespace ScimBridge.Storage.Queries;

/// <summary>Where a query begins: look-ups in indexes that together find every resource which can satisfy a filter.</summary>
/// <param name="LookUps">Statements of one column, <c>id</c>; each gives an id once.</param>
/// <param name="Rank">How many resources to expect, the fewer the lower.</param>
/// <param name="OfType">Whether the look-ups find resources of the asked type only.</param>
/// <param name="Rest">What of the filter they leave open; null where they answer all of it.</param>
internal sealed record Candidates(IReadOnlyList<string> LookUps, CandidateRank Rank, bool OfType, Filter? Rest)
{
    /// <summary>The look-ups as one statement.</summary>
    public string Sql => LookUps.Count == 1
        ? LookUps[0]
        : string.Join(" UNION ", LookUps.Select((sql, i) => $"SELECT u{i}.id FROM ({sql}) AS u{i}"));
}

/// <summary>How many resources a look-up may be expected to find.</summary>
internal enum CandidateRank
{
    /// <summary>One at most.</summary>
    One,

    /// <summary>Those with a certain value.</summary>
    Few,

    /// <summary>The members of a group, direct and indirect.</summary>
    Group,

    /// <summary>Those in a range.</summary>
    Range,

    /// <summary>One of two halves.</summary>
    Half,
}
