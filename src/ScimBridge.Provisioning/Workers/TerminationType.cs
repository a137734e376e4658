namespace ScimBridge.Provisioning.Workers;

/// <summary>The class of the end of a working relationship.</summary>
public enum TerminationType
{
    /// <summary>Not told, or a word that nobody mapped.</summary>
    Unknown = 0,

    /// <summary>By the worker's wish.</summary>
    Voluntary,

    /// <summary>By the employer's.</summary>
    Involuntary,

    /// <summary>The contract ran out.</summary>
    EndOfContract,

    /// <summary>By death.</summary>
    Death,

    /// <summary>By retirement.</summary>
    Retirement,

    /// <summary>The worker never came.</summary>
    NoShow,

    /// <summary>The post went.</summary>
    Redundancy,
}
