using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Jobs;

/// <summary>What has to end at each target when somebody's access does.</summary>
public sealed class RevocationScope
{
    private readonly Lazy<IReadOnlyDictionary<string, IReadOnlyCollection<AccessKind>>> _kinds;

    /// <summary>Knows the targets and the policy.</summary>
    public RevocationScope(BridgeConfiguration configuration, TargetConnections connections)
    {
        _kinds = new(() => configuration.Targets.ToDictionary(
            t => t.Name, t => KindsAt(connections[t.Name], configuration.Revocation), StringComparer.Ordinal));
    }

    /// <summary>The kinds by the name of the target.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<AccessKind>> Kinds => _kinds.Value;

    private static IReadOnlyCollection<AccessKind> KindsAt(ITarget target, RevocationPolicy policy) => [.. policy.Kinds.Where(kind => kind switch
    {
        // Who has an account may have these, whether the target shows them or not: then somebody answers for them.
        AccessKind.Account or AccessKind.Sessions or AccessKind.Tokens => true,
        AccessKind.Memberships => target.Capabilities.Groups,
        _ => target.Capabilities.Revokes.Contains(kind) || target.Capabilities.ReadsAccess.Contains(kind),
    })];
}
