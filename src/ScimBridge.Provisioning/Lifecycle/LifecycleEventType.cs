namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What happened to a worker, as others want to hear of it. On the wire: <c>worker.hired</c> and so on.</summary>
public enum LifecycleEventType
{
    /// <summary>First heard of.</summary>
    Hired = 0,

    /// <summary>Back in a new stint after an earlier one ended, or is going to be.</summary>
    Rehired,

    /// <summary>Another department, site, company, job or kind of relationship.</summary>
    Moved,

    /// <summary>Another manager, and nothing that makes it a move.</summary>
    ManagerChanged,

    /// <summary>On leave from now on.</summary>
    LeaveStarted,

    /// <summary>Back from leave.</summary>
    LeaveEnded,

    /// <summary>Access will end on a day that is known now.</summary>
    TerminationScheduled,

    /// <summary>Access has ended.</summary>
    TerminationEffective,

    /// <summary>An end that was known, effective or not, is none any more.</summary>
    TerminationCancelled,

    /// <summary>Something that was said was not so, or something else changed.</summary>
    Corrected,

    /// <summary>The end of a contract lies later than it did.</summary>
    ContractExtended,

    /// <summary>Another name.</summary>
    Renamed,

    /// <summary>A hire that never came to be: rescinded, a no-show, or everything that was said is taken back. No termination.</summary>
    HireRescinded,
}
