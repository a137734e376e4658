using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Quality;

/// <summary>
/// Nobody is their own manager by way of others. Which of several records closes a cycle depends on the order in which they come, so none
/// is refused for it: whoever walks up a chain of managers stops where it comes round. That the head of a company is named as their own
/// manager is common, and means that there is none.
/// </summary>
internal sealed class ManagerCycleRule : IRecordRule
{
    public Doubt? Look(RecordCase record)
    {
        var facts = record.Record;
        return facts.ManagerId is { } manager && manager != facts.WorkerId && record.Chain.Contains(facts.WorkerId, StringComparer.Ordinal)
            ? new("managerCycle", WorkerField.ManagerId, $"The worker manages {manager}, directly or by way of others.") { IsNote = true }
            : null;
    }
}
