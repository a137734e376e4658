using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Connectors.Targets.Scim;

namespace ScimBridge.Connectors.Targets;

/// <summary>Every kind of identity system that accounts can be delivered to; a new one is a folder and a line here.</summary>
public static class TargetKinds
{
    /// <summary>All kinds, by the word that a configuration says.</summary>
    public static IReadOnlyDictionary<string, TargetKind> All { get; } = new[]
    {
        new TargetKind("scim", typeof(ScimTargetOptions), (options, clock) => new ScimTarget((ScimTargetOptions)options, clock)),
        new TargetKind("okta", typeof(OktaTargetOptions), (options, clock) => new OktaTarget((OktaTargetOptions)options, clock)),
        new TargetKind("entra", typeof(EntraTargetOptions), (options, clock) => new EntraTarget((EntraTargetOptions)options, clock)),
        new TargetKind("entra-bulk", typeof(EntraBulkTargetOptions), (options, clock) => new EntraBulkTarget((EntraBulkTargetOptions)options, clock)),
    }.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
}
