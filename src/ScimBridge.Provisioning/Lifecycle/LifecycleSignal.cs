namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What HR, or the calendar, can say about a worker; the rows of <see cref="LifecycleTable"/>.</summary>
public enum LifecycleSignal
{
    /// <summary>Work begins today.</summary>
    Hire = 0,

    /// <summary>Work begins again today, after an end.</summary>
    Rehire,

    /// <summary>Another department, site, job or company.</summary>
    Move,

    /// <summary>Another manager.</summary>
    ManagerChange,

    /// <summary>Another name.</summary>
    NameChange,

    /// <summary>Another country, employer and time zone.</summary>
    CountryTransfer,

    /// <summary>Another kind of working relationship: contractor to employee, or the other way.</summary>
    Conversion,

    /// <summary>A leave begins.</summary>
    LeaveStart,

    /// <summary>A leave ends.</summary>
    LeaveEnd,

    /// <summary>Released from work until the end of employment.</summary>
    GardenLeave,

    /// <summary>A last day to come is known.</summary>
    TerminationScheduled,

    /// <summary>The last day was yesterday.</summary>
    TerminationEffective,

    /// <summary>The last day was some time ago, and is told only now.</summary>
    RetroactiveTermination,

    /// <summary>A termination is none any more.</summary>
    TerminationCancelled,

    /// <summary>The last day of the contract was yesterday; nobody says anything.</summary>
    ContractEnd,

    /// <summary>The contract goes on.</summary>
    ContractExtension,

    /// <summary>The hire never came to be: rescinded, or a no-show.</summary>
    RescindedHire,

    /// <summary>The worker has died.</summary>
    Death,
}
