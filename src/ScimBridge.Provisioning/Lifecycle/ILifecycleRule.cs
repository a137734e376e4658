namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>One rule of the lifecycle. The first rule in <see cref="LifecycleDecision.Rules"/> that answers decides.</summary>
internal interface ILifecycleRule
{
    /// <summary>The intent, or null where the rule does not speak about this change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="policy">The policy for this kind of worker.</param>
    Intent? Decide(LifecycleChange change, WorkerPolicy policy);
}
