using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets;

/// <summary>A search that found more than one account, or one that cannot be told to be the right one: a case to decide, never a guess.</summary>
internal static class Undecided
{
    /// <summary>The case, in words for people.</summary>
    /// <param name="call">The call that found them.</param>
    /// <param name="reason">What was found.</param>
    public static Outcome Of(string call, string reason) => new Outcome.Rejected(reason)
    {
        Failure = new CallFailure(
            call, 200, Explanation.Ambiguous, null, reason,
            "Leave the correlation key on the right account alone, or write it there, then try again."),
    };
}
