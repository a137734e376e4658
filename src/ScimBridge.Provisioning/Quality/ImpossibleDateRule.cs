using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Quality;

/// <summary>
/// A year that lost or changed a digit. Employment of more than 70 years, a hire or an end more than two years ahead is not planned: it
/// is mistyped. A contract may run for ten years, and the last day of the calendar is how systems write "no end".
/// </summary>
internal sealed class ImpossibleDateRule : IRecordRule
{
    private static readonly Period Past = Period.FromYears(70);
    private static readonly Period Plan = Period.FromYears(2);
    private static readonly Period Contract = Period.FromYears(10);

    public Doubt? Look(RecordCase record)
    {
        var facts = record.Record;
        return Look("start date", WorkerField.StartDate, facts.StartDate, Plan)
            ?? Look("termination date", WorkerField.TerminationDate, facts.TerminationDate, Plan)
            ?? Look("last day of work", WorkerField.LastDayOfWork, facts.LastDayOfWork, Plan)
            ?? Look("contract end date", WorkerField.ContractEndDate, facts.ContractEndDate, Contract)
            ?? Look("first day of leave", WorkerField.LeaveStart, facts.LeaveStart, Plan);

        Doubt? Look(string name, WorkerField field, LocalDate? date, Period ahead) => date is { } day && day.Year < 9000
            && (day < record.Today - Past || day > record.Today + ahead)
            ? new("impossibleDate", field, $"The {name} {Words.Of(day)} cannot be meant.")
            : null;
    }
}
