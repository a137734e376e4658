using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Quality;

/// <summary>A record that is looked at before it is accepted.</summary>
/// <param name="Before">The worker as known so far, as of now; null for somebody new.</param>
/// <param name="After">The worker with the record, as of now.</param>
/// <param name="Today">Today in the worker's zone.</param>
/// <param name="Record">The facts that the record states or, where it states only some, comes to.</param>
public sealed record RecordCase(Worker? Before, Worker After, LocalDate Today, WorkerFacts Record)
{
    /// <summary>The worker who has the record's employee number at the moment, where that is another person.</summary>
    public string? NumberHeldBy { get; init; }

    /// <summary>Managers from the worker's new manager upwards, by worker id, as far as they are known.</summary>
    public IReadOnlyList<string> Chain { get; init; } = [];
}

/// <summary>Why a record is not to be believed.</summary>
/// <param name="Rule">The rule, by its name.</param>
/// <param name="Field">The canonical field at fault.</param>
/// <param name="Reason">A sentence that repeats no personal data but the offending code or date.</param>
public sealed record Doubt(string Rule, WorkerField Field, string Reason)
{
    /// <summary>
    /// Whether the record is accepted all the same: the fault is in how workers stand to each other, which no record is to blame for, and
    /// is listed until it is mended.
    /// </summary>
    public bool IsNote { get; init; }
}

/// <summary>One rule about records. A record that it doubts is put in quarantine, the rest of the feed goes on.</summary>
internal interface IRecordRule
{
    Doubt? Look(RecordCase record);
}

/// <summary>Looks at records before they are accepted.</summary>
public static class RecordRules
{
    private static readonly IRecordRule[] Rules =
    [
        new ContractEndRule(), new EndBeforeStartRule(), new EndAgainstStatusRule(), new ImpossibleDateRule(), new ChangedIdentityRule(),
        new EmployeeNumberRule(), new ManagerCycleRule(),
    ];

    /// <summary>The first doubt, or null.</summary>
    public static Doubt? Look(RecordCase record)
    {
        foreach (var rule in Rules)
        {
            if (rule.Look(record) is { } doubt)
                return doubt;
        }

        return null;
    }
}
