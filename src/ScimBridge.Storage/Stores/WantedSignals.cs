using ScimBridge.Provisioning.Signals;

namespace ScimBridge.Storage.Stores;

/// <summary>A stream, as far as whoever writes for it needs to know it.</summary>
internal sealed record WantingStream(string Id, bool IsPushed, bool ByAddress, HashSet<SignalType> Events);

/// <summary>What the streams that are not disabled want to hear of.</summary>
internal sealed class WantedSignals
{
    private readonly HashSet<SignalType> _types;

    private WantedSignals(List<WantingStream> streams)
    {
        Streams = streams;
        _types = [.. streams.SelectMany(s => s.Events)];
        ByAddress = streams.Exists(s => s.ByAddress);
    }

    public IReadOnlyList<WantingStream> Streams { get; }

    /// <summary>Whether a stream knows accounts by their address.</summary>
    public bool ByAddress { get; }

    public static async Task<WantedSignals> ReadAsync(Session session, CancellationToken cancel) => new(await session.QueryAsync(
        "SELECT id, endpoint, format, events FROM signal_stream WHERE status <> 'disabled'",
        r => new WantingStream(r.GetString(0), !r.IsDBNull(1), r.GetString(2) == "email", [.. SignalStreamStore.EventsOf(r.GetString(3))]),
        cancel));

    public bool Any(params ReadOnlySpan<SignalType> types)
    {
        foreach (var type in types)
        {
            if (_types.Contains(type))
                return true;
        }

        return false;
    }
}
