namespace ScimBridge.Provisioning.Workers;

/// <summary>What kind of working relationship a worker has. <see cref="Unknown"/> quarantines the record: it is never guessed.</summary>
public enum WorkerType
{
    /// <summary>The source gave no type, or a word that nobody mapped.</summary>
    Unknown = 0,

    /// <summary>Employed without a planned end.</summary>
    Employee,

    /// <summary>Supplied by another firm; needs a contract end date.</summary>
    Contingent,

    /// <summary>Self-employed or supplied; needs a contract end date.</summary>
    Contractor,

    /// <summary>Here to learn, for a time.</summary>
    Intern,

    /// <summary>Employed for a time.</summary>
    Temp,

    /// <summary>Advises; usually external.</summary>
    Consultant,

    /// <summary>Works without pay.</summary>
    Volunteer,

    /// <summary>Sits on the board.</summary>
    Board,

    /// <summary>Retired, and keeps some access.</summary>
    RetireeWithAccess,
}
