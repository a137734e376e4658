using ScimBridge.Provisioning.Access;

namespace ScimBridge.Provisioning.Revocation;

/// <summary>What came of a look at one thing that has to end: a closed set.</summary>
public abstract record StepFinding
{
    private StepFinding()
    {
    }

    /// <summary>The target has taken the request, now or before.</summary>
    public bool IsAcknowledged { get; init; }

    /// <summary>The target was asked what is left.</summary>
    /// <param name="Reading">What it shows.</param>
    public sealed record Seen(AccessReading Reading) : StepFinding;

    /// <summary>Not to be looked at yet: something else comes first.</summary>
    /// <param name="Reason">What.</param>
    public sealed record Waiting(string Reason) : StepFinding;

    /// <summary>A call got no answer, or not a good one: it is made again.</summary>
    /// <param name="Reason">What happened.</param>
    /// <param name="After">How long the target asks to wait; null where it does not say.</param>
    public sealed record Unanswered(string Reason, TimeSpan? After = null) : StepFinding;

    /// <summary>It does not go on without somebody: refused for good, protected, held.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Blocked(string Reason) : StepFinding;

    /// <summary>The target has no means to end it or to show whether it has ended.</summary>
    /// <param name="Reason">What it lacks.</param>
    public sealed record Silent(string Reason) : StepFinding;
}
