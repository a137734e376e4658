using NodaTime;

namespace ScimBridge.Provisioning.Workers;

/// <summary>What is true of a worker at one instant: the facts in force, and what they mean for access.</summary>
/// <param name="Facts">The facts in force.</param>
/// <param name="Access">Whether access is to be had.</param>
/// <param name="AccessStart">The first instant of access; null where the source states no start.</param>
/// <param name="AccessEnd">The instant at which access ends; null where no end is known.</param>
/// <param name="NextTransition">When <paramref name="Access"/> changes by itself, with no new record; null for never.</param>
/// <param name="NextAccess">What it changes to; null for never.</param>
public sealed record Worker(
    WorkerFacts Facts, AccessState Access, Instant? AccessStart, Instant? AccessEnd, Instant? NextTransition, AccessState? NextAccess)
{
    /// <summary>
    /// When anything at all changes by itself, with no new record: access, or facts that hold from a day to come; null for never.
    /// </summary>
    public Instant? NextChange { get; private init; }

    /// <summary>The instant.</summary>
    public Instant AsOf { get; private init; }

    /// <summary>
    /// Since when access has been over, the same at whatever later instant it is asked for. Null while it is not, where nothing says since
    /// when, and where a return is known: who will come back is not gone.
    /// </summary>
    public Instant? OverSince { get; init; }

    /// <summary>
    /// Whether access is over because the hire never came to be: rescinded, a no-show, or taken back before the first day. That is no
    /// termination.
    /// </summary>
    public bool NeverCame => Access == AccessState.Ended
        && (Facts.Status == EmploymentStatus.Discarded || Facts.TerminationType == TerminationType.NoShow || AccessEnd <= AccessStart);

    /// <summary>Whether the only end that is known is the end of the contract.</summary>
    public bool EndsWithContract =>
        Facts is { ContractEndDate: not null, TerminationDate: null, LastDayOfWork: null, RevokeNow: not true }
        && Facts.Status is EmploymentStatus.Prehire or EmploymentStatus.Active or EmploymentStatus.OnLeave or EmploymentStatus.Suspended;

    /// <summary>Derives the worker at an instant from one set of facts.</summary>
    /// <param name="facts">The facts in force. Their time zone must be one that <paramref name="zones"/> knows.</param>
    /// <param name="at">The instant.</param>
    /// <param name="zones">The time zones.</param>
    /// <param name="preparation">How long before the start the account may be prepared.</param>
    public static Worker At(WorkerFacts facts, Instant at, IDateTimeZoneProvider zones, Preparation preparation)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Of([Stint.Of(facts)], at, zones, preparation);
    }

    /// <summary>Derives the worker at an instant from all stints of a person.</summary>
    internal static Worker Of(IReadOnlyList<Stint> stints, Instant at, IDateTimeZoneProvider zones, Preparation preparation)
    {
        ArgumentNullException.ThrowIfNull(zones);
        var now = stints.Select(s => Employment.At(s, at, zones, preparation)).ToList();
        var leading = Leading(now);
        var changes = stints.SelectMany(s => Employment.Changes(s, zones, preparation)).Where(i => i > at).Distinct().Order().ToList();
        foreach (var change in changes)
        {
            var then = Leading(stints.Select(s => Employment.At(s, change, zones, preparation))).Access;
            if (then != leading.Access)
                return Turning(change, then);
        }

        return Turning(next: null, to: null);

        Worker Turning(Instant? next, AccessState? to)
        {
            // Access ends when the last relationship does: one without an end means that none is known.
            var running = now.Where(e => e.Access == leading.Access).ToList();
            return new Worker(
                leading.Facts,
                leading.Access,
                running.Min(e => e.Start),
                running.Exists(e => e.End is null) ? null : running.Max(e => e.End),
                next,
                to)
            {
                NextChange = changes.Count == 0 ? null : changes[0],
                AsOf = at,
                OverSince = leading.Access == AccessState.Ended && now.TrueForAll(e => e is { Access: AccessState.Ended, OverSince: not null })
                    ? now.Max(e => e.OverSince)
                    : null,
            };
        }
    }

    // The stint that says most names the facts: of those that give the same access the primary one, then the one that began last.
    private static Employment Leading(IEnumerable<Employment> stints) => stints
        .OrderByDescending(e => Rank(e.Access))
        .ThenByDescending(e => e.Facts.Primary ?? false)
        .ThenByDescending(e => e.Start ?? Instant.MinValue)
        .ThenBy(e => e.Facts.WorkerId, StringComparer.Ordinal)
        .First();

    // Who works in one relationship and is away in another works. Who is barred in one is barred. Who has left and will come back
    // later than can be prepared for has left.
    private static int Rank(AccessState access) => access switch
    {
        AccessState.Suspended => 5,
        AccessState.Active => 4,
        AccessState.Restricted => 3,
        AccessState.PreStart => 2,
        AccessState.Ended => 1,
        _ => 0,
    };
}
