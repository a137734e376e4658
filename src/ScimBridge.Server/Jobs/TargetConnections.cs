using ScimBridge.Connectors.Targets;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Jobs;

/// <summary>A target with its connection and how many calls it takes at once.</summary>
public sealed record TargetConnection(ITarget Target, int InFlight);

/// <summary>The connections to the targets; each is opened when it is first needed and lives as long as the process.</summary>
public sealed class TargetConnections : IDisposable
{
    private readonly Dictionary<string, Lazy<TargetConnection>> _connections;

    /// <summary>Knows the configured targets.</summary>
    public TargetConnections(BridgeConfiguration configuration, TimeProvider time)
    {
        _connections = configuration.Targets.ToDictionary(
            t => t.Name,
            t => new Lazy<TargetConnection>(() => new TargetConnection(t.Kind.Open(t.Options, time), t.Kind.InFlight(t.Options))),
            StringComparer.Ordinal);
    }

    /// <summary>The connection to the target of that name.</summary>
    public TargetConnection this[string name] => _connections[name].Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections.Values.Where(c => c.IsValueCreated))
            connection.Value.Target.Dispose();
    }
}
