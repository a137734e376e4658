namespace ScimBridge.Connectors.Targets;

/// <summary>One kind of identity system.</summary>
/// <param name="Name">The word that a configuration says for it.</param>
/// <param name="OptionsType">What its configuration is bound to.</param>
/// <param name="Open">Makes the target of options without faults; the clock is for what a target says in dates.</param>
public sealed record TargetKind(string Name, Type OptionsType, Func<IConnectorOptions, TimeProvider, ITarget> Open);
