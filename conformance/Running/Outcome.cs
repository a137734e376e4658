namespace ScimBridge.Conformance.Running;

/// <summary>How a case ended.</summary>
public enum Outcome
{
    /// <summary>The server did what the clause says.</summary>
    Passed,

    /// <summary>It did not.</summary>
    Failed,

    /// <summary>The server declares that it lacks an optional feature: a lack, not a fault.</summary>
    NotSupported,

    /// <summary>The clause could not be observed here; the message says why.</summary>
    NotTested,
}

/// <summary>Ends a case early with an outcome and the sentence that explains it.</summary>
internal sealed class OutcomeException(Outcome outcome, string message) : Exception(message)
{
    public Outcome Outcome { get; } = outcome;
}
