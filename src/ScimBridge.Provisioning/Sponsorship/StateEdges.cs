namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// The edges along which steps move an account. Among the states in use (active, attestation due, sponsor at risk, orphaned) an account goes
/// by what is true of the people who answer for it, and back the same way; between these an edge is a decision, and each can be undone until
/// the account is deleted.
/// </summary>
public static class StateEdges
{
    /// <summary>Every edge there is.</summary>
    public static IReadOnlyList<StateEdge> All { get; } =
    [
        new(AccountUse.Proposed, AccountUse.InUse, "set aside again"),
        new(AccountUse.InUse, AccountUse.Restricted, "lifted"),
        new(AccountUse.InUse, AccountUse.Disabled, "enabled"),
        new(AccountUse.Restricted, AccountUse.Disabled, "enabled, restricted as before"),
        new(AccountUse.Disabled, AccountUse.ScheduledDelete, "taken off the schedule"),
        new(AccountUse.ScheduledDelete, AccountUse.Deleted, Undo: null),
    ];

    /// <summary>Whether a step may lead from one to the other.</summary>
    public static bool Has(AccountUse from, AccountUse to) => All.Any(e => e.From == from && e.To == to);

    /// <summary>Whether nothing leads back.</summary>
    public static bool IsFinal(AccountUse use) => use == AccountUse.Deleted;
}
