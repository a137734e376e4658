using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Quality;

/// <summary>Nobody leaves before they began, except by a hire that never came to be, which has a status of its own.</summary>
internal sealed class EndBeforeStartRule : IRecordRule
{
    public Doubt? Look(RecordCase record)
    {
        var facts = record.Record;
        if (facts.Status == EmploymentStatus.Discarded)
            return null;
        return Look("termination date", WorkerField.TerminationDate, facts.TerminationDate)
            ?? Look("contract end date", WorkerField.ContractEndDate, facts.ContractEndDate)
            ?? Look("last day of work", WorkerField.LastDayOfWork, facts.LastDayOfWork)
            ?? (facts.LeaveEnd < facts.LeaveStart
                ? new("endBeforeStart", WorkerField.LeaveEnd, "The leave ends before it starts.")
                : null);

        Doubt? Look(string name, WorkerField field, LocalDate? end) =>
            end < facts.StartDate
                ? new("endBeforeStart", field, $"The {name} {Words.Of(end.Value)} is before the start date {Words.Of(facts.StartDate!.Value)}.")
                : null;
    }
}
