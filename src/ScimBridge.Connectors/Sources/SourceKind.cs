using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources;

/// <summary>One kind of HR system.</summary>
/// <param name="Name">The word that a configuration says for it.</param>
/// <param name="OptionsType">What its configuration is bound to.</param>
/// <param name="Open">
/// Makes the source of options without faults; reads the handed-in batch instead of what the options name, where there is one.
/// Throws <see cref="FeedException"/> where neither names anything to read.
/// </param>
public sealed record SourceKind(string Name, Type OptionsType, Func<IConnectorOptions, FeedFile?, ISource> Open)
{
    /// <summary>Makes what fetches from the system, of options without faults; null where the system is not called.</summary>
    public Func<IConnectorOptions, TimeProvider, IPull>? Pull { get; init; }
}
