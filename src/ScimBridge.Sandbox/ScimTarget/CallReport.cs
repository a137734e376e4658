namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>What a target was asked and what came of it.</summary>
/// <param name="Total">All calls but those for what the target says of itself, also those that were refused or dropped.</param>
/// <param name="Calls">By method, resource and status.</param>
/// <param name="Faults">How often each kind of fault struck.</param>
/// <param name="Creates">Resource to externalId to the number of times it was really created: more than 1 is a duplicate.</param>
public sealed record CallReport(
    long Total,
    IReadOnlyList<CallCount> Calls,
    IReadOnlyDictionary<string, long> Faults,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Creates);
