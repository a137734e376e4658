using ScimBridge.Connectors.Targets;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Jobs;

/// <summary>The connections to the targets; each is opened when it is first needed and lives as long as the process.</summary>
public sealed class TargetConnections : IDisposable
{
    private readonly Dictionary<string, Lazy<ITarget>> _connections;

    /// <summary>Knows the configured targets.</summary>
    public TargetConnections(BridgeConfiguration configuration, TimeProvider time)
    {
        _connections = configuration.Targets.ToDictionary(
            t => t.Name, t => new Lazy<ITarget>(() => t.Kind.Open(t.Options, time)), StringComparer.Ordinal);
    }

    /// <summary>The target of that name.</summary>
    public ITarget this[string name] => _connections[name].Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections.Values.Where(c => c.IsValueCreated))
            connection.Value.Dispose();
    }
}
