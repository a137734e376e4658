namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>One rule of the lifecycle. The first rule in <see cref="LifecycleDecision.Rules"/> that answers decides.</summary>
internal interface ILifecycleRule
{
    /// <summary>The intent, or null where the rule does not speak about this change.</summary>
    Intent? Decide(LifecycleChange change, LifecyclePolicy policy);
}
