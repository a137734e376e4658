using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Quality;

/// <summary>
/// A record contradicts itself: by its word the worker is here, by an end that nobody knew of yet employment was over before today. The
/// end of a contract is known before it comes. A termination may become known late, and many systems change "active" only with their
/// next run; but "on leave" or "suspended" is said on purpose.
/// </summary>
internal sealed class EndAgainstStatusRule : IRecordRule
{
    public Doubt? Look(RecordCase record)
    {
        var facts = record.Record;
        var was = record.Before?.Facts;
        if (was is null || record.Before!.Access is AccessState.Ended || was.WorkerId != facts.WorkerId)
            return null;
        return facts.Status switch
        {
            EmploymentStatus.Active => Contract(),
            EmploymentStatus.OnLeave or EmploymentStatus.Suspended or EmploymentStatus.Prehire => Contract()
                ?? Look("termination date", WorkerField.TerminationDate, was.TerminationDate, facts.TerminationDate)
                ?? Look("last day of work", WorkerField.LastDayOfWork, was.LastDayOfWork, facts.LastDayOfWork),
            _ => null,
        };

        Doubt? Contract() => Look("contract end date", WorkerField.ContractEndDate, was.ContractEndDate, facts.ContractEndDate);

        Doubt? Look(string name, WorkerField field, LocalDate? old, LocalDate? end) => end is { } day && end != old && day < record.Today
            ? new("endAgainstStatus", field, $"The status is {Words.Of(facts.Status)}, and the {name} {Words.Of(day)} is new and past.")
            : null;
    }
}
