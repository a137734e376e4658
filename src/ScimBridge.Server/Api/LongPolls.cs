using System.Collections.Concurrent;

namespace ScimBridge.Server.Api;

/// <summary>Who waits for something to happen: one request of a stream at a time on each node, so that nobody holds many open.</summary>
internal sealed class LongPolls
{
    private readonly ConcurrentDictionary<string, byte> _open = new(StringComparer.Ordinal);

    /// <summary>Lets a request wait; false where another one of that stream does.</summary>
    public bool TryBegin(string stream) => _open.TryAdd(stream, 0);

    /// <summary>The request waits no longer.</summary>
    public void End(string stream) => _open.TryRemove(stream, out _);
}
