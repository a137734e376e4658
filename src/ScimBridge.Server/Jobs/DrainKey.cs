namespace ScimBridge.Server.Jobs;

/// <summary>The kinds of drains.</summary>
public enum DrainKind
{
    /// <summary>Reads the waiting batches of a source.</summary>
    ReadSource = 0,

    /// <summary>Decides the workers of a source who are due.</summary>
    DecideWorkers = 1,

    /// <summary>Delivers what is due at a target.</summary>
    Deliver = 2,

    /// <summary>Asks a source for what it has.</summary>
    PullSource = 3,

    /// <summary>Tells a receiver what it is to be told.</summary>
    Notify = 4,

    /// <summary>Brings the rules in force that are wanted: of groups, of roles and entitlements, or of the lifecycle.</summary>
    EvaluateRules = 5,

    /// <summary>Ends memberships whose time is over.</summary>
    EndMemberships = 6,

    /// <summary>Ends at a target what leavers hold beside their accounts, and sees that nothing is left.</summary>
    Enforce = 7,

    /// <summary>Pushes security event tokens to the receiver of a stream.</summary>
    Transmit = 8,

    /// <summary>Does what is due of service accounts.</summary>
    Cascade = 9,

    /// <summary>Goes through a target for identities that nobody knows.</summary>
    Discover = 10,

    /// <summary>Does at a target what is due of service accounts there, and sees that it is so.</summary>
    Rotate = 11,

    /// <summary>Compares what a target has with what it should have.</summary>
    Reconcile = 12,

    /// <summary>Gives the entries of the journal their places in its chain.</summary>
    Seal = 13,
}

/// <summary>One drain: its kind, and the source, target or receiver that it serves.</summary>
public readonly record struct DrainKey(DrainKind Kind, string Name)
{
    /// <summary>The name of its lease.</summary>
    public override string ToString() => $"{Kind}:{Name}";
}
