namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>How one vendor's service is spoken to: data, and nothing else.</summary>
/// <param name="Traits">What its pages say of it.</param>
internal sealed record ScimDialect(ScimTraits Traits)
{
    /// <summary>Calls per second that the vendor allows, where it says so and its answers do not.</summary>
    public double? CallsPerSecond { get; init; }
}
