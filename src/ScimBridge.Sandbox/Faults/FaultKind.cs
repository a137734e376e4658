namespace ScimBridge.Sandbox.Faults;

/// <summary>The ways a call can go wrong.</summary>
public enum FaultKind
{
    /// <summary>Answers 429 and does nothing.</summary>
    Throttle,

    /// <summary>Answers a 5xx and does nothing.</summary>
    Error,

    /// <summary>Does nothing and does not answer: holds the connection, then drops it.</summary>
    Timeout,

    /// <summary>Does the work, then drops the connection without an answer.</summary>
    LostReply,

    /// <summary>Drops the connection at once and does nothing.</summary>
    Reset,

    /// <summary>Waits, then does the work and answers.</summary>
    Latency,

    /// <summary>Answers as if the work were done and does nothing.</summary>
    Lie,

    /// <summary>Does the work and answers 200 with a page of HTML.</summary>
    Html,
}
