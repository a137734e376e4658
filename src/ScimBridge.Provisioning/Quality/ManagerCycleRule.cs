using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Quality;

/// <summary>Nobody is their own manager, directly or by way of others. A manager who is not known yet may still come.</summary>
internal sealed class ManagerCycleRule : IRecordRule
{
    public Doubt? Look(RecordCase record)
    {
        var facts = record.Record;
        if (facts.ManagerId is null)
            return null;
        if (facts.ManagerId == facts.WorkerId)
            return new("managerCycle", WorkerField.ManagerId, "The worker is their own manager.");
        return record.Chain.Contains(facts.WorkerId, StringComparer.Ordinal)
            ? new("managerCycle", WorkerField.ManagerId, $"The worker manages {facts.ManagerId}, directly or by way of others.")
            : null;
    }
}
