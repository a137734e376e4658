using System.Collections.Concurrent;

namespace ScimBridge.Server.Jobs;

/// <summary>How far the reading of batches is, for whoever watches this node.</summary>
public sealed class Progress
{
    private readonly ConcurrentDictionary<string, long> _positions = new(StringComparer.Ordinal);

    /// <summary>Notes how many bytes of a batch have been read.</summary>
    public void Read(string batchId, long position) => _positions[batchId] = position;

    /// <summary>How many bytes of a batch have been read; 0 where nothing is known.</summary>
    public long PositionOf(string batchId) => _positions.GetValueOrDefault(batchId);
}
