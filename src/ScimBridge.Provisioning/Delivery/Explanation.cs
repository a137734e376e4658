using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Provisioning.Delivery;

/// <summary>What a person is told of a delivery that did not succeed, where the connector has not said it.</summary>
public static class Explanation
{
    /// <summary>More than one account could be the one: nobody guesses.</summary>
    public const string Ambiguous = "ambiguous";

    /// <summary>Another account holds a name or address of this one.</summary>
    public const string NameTaken = "nameTaken";

    /// <summary>The account is protected and never touched.</summary>
    public const string Protected = "protected";

    /// <summary>The target said that it had done what it had not.</summary>
    public const string NotDone = "notDone";

    /// <summary>The target's profile cannot be laid over the user.</summary>
    public const string Unmapped = "unmapped";

    /// <summary>What is said where no call was made, because the target's profile fails for the user.</summary>
    public static CallFailure OfMapping(MappingException why)
    {
        ArgumentNullException.ThrowIfNull(why);
        return new CallFailure(
            "map", 0, Unmapped, null, why.Message, $"Correct {why.Path} in the configuration, or the user; then it is tried again.");
    }

    /// <summary>What the outcome says; null where nothing failed.</summary>
    public static CallFailure? Of(Operation? operation, Outcome outcome, NextState next)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(next);
        if (next is { RetryAt: null, DeadReason: null })
            return null;
        if (outcome.Failure is { } said)
            return said;
        var call = operation switch
        {
            Operation.Create => "create",
            Operation.Update { Active: false } => "disable",
            Operation.Update { Active: true } => "enable",
            Operation.Update => "update",
            Operation.Delete => "delete",
            _ => "members",
        };
        var meaning = next.DeadReason ?? next.Reason ?? "It is tried again.";
        return outcome switch
        {
            Outcome.Exists { RemoteId: null } => new CallFailure(
                call, 409, NameTaken, null, meaning,
                "Decide whose account it is: rename it at the target, or write the correlation key into it, then try again."),
            Outcome.Gone => new CallFailure(call, 404, null, null, meaning, "Try again: what should be there is made again."),
            Outcome.Rejected => new CallFailure(call, 0, null, null, meaning, "Correct what is said to be wrong, then try again."),
            _ => new CallFailure(call, 0, null, null, meaning, "Nothing: it is tried again."),
        };
    }
}
