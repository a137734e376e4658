using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Quality;

/// <summary>An employee number belongs to one person, and is not given to another who comes later.</summary>
internal sealed class EmployeeNumberRule : IRecordRule
{
    public Doubt? Look(RecordCase record) => record.NumberHeldBy is null
        ? null
        : new("employeeNumber", WorkerField.EmployeeNumber, $"The employee number is that of worker {record.NumberHeldBy}.");
}
