namespace ScimBridge.Connectors.Tests.Targets;

/// <summary>What can go wrong with a call, whatever the system.</summary>
public enum Trouble
{
    /// <summary>The target asks to wait for 3 seconds, and does nothing.</summary>
    Throttle,

    /// <summary>The target reports a fault of its own.</summary>
    Error,

    /// <summary>The target does the work, and the answer never arrives.</summary>
    LostReply,

    /// <summary>The connection breaks.</summary>
    Reset,

    /// <summary>The target takes longer than anybody waits.</summary>
    Timeout,

    /// <summary>The target says that it has done the work, and does nothing, until the next trouble.</summary>
    Lie,

    /// <summary>Nothing goes wrong any more.</summary>
    None,
}
