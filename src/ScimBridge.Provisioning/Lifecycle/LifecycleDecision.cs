using System.Diagnostics;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>Decides what is to be true of a worker's identity: the first rule that speaks.</summary>
public static class LifecycleDecision
{
    /// <summary>The order of the rules. What takes access away stands before what gives it.</summary>
    internal static IReadOnlyList<ILifecycleRule> Rules { get; } =
    [
        new NeverJoinedRule(),
        new DeletionRule(),
        new ContractGraceRule(),
        new EndRule(),
        new PostponementRule(),
        new SuspensionRule(),
        new LeaveRule(),
        new PreStartRule(),
        new AtWorkRule(),
    ];

    /// <summary>Decides.</summary>
    public static Intent Decide(LifecycleChange change, LifecyclePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(policy);
        var own = policy.Of(change.Now.Facts.Type);
        foreach (var rule in Rules)
        {
            if (rule.Decide(change, own) is { } intent)
                return intent;
        }

        // LifecycleDecisionTests walks every state: there is a rule for each.
        throw new UnreachableException($"No rule speaks about {change.Now.Access}.");
    }
}
