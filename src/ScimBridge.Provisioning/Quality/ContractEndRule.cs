using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Quality;

/// <summary>Who is here under a contract has a day on which it ends; without one access would never end.</summary>
internal sealed class ContractEndRule : IRecordRule
{
    public Doubt? Look(RecordCase record)
    {
        var facts = record.After.Facts;
        return facts.Type is WorkerType.Contractor or WorkerType.Contingent && facts.ContractEndDate is null
            && record.After.Access != AccessState.Ended
            ? new("contractEnd", WorkerField.ContractEndDate, $"A {Words.Of(facts.Type)} needs a contract end date.")
            : null;
    }
}
