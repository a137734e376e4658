namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What happened to a person.</summary>
/// <param name="Type">What; one of those that happen to people.</param>
/// <param name="PersonId">To whom.</param>
public sealed record PersonEvent(CascadeEvent Type, string PersonId)
{
    /// <summary>Whether a mover has left the department too, and with it the right to know its secrets.</summary>
    public bool LeavesDepartment { get; init; }

    /// <summary>
    /// Who was the manager at the event's instant, where the people as they are now no longer say so; null where they do. HR often moves a
    /// leaver to another manager, or to none, in the same breath.
    /// </summary>
    public string? ManagerThen { get; init; }
}
