using ScimBridge.Provisioning.Signals;

namespace ScimBridge.Storage.Stores;

/// <summary>A stream, as far as whoever writes for it needs to know it.</summary>
internal sealed record WantingStream(string Id, bool IsPushed, bool ByAddress, HashSet<SignalType> Events, bool Excludes);

/// <summary>What the streams that are not disabled want to hear of.</summary>
internal sealed class WantedSignals
{
    private readonly HashSet<SignalType> _types;
    private readonly HashSet<(string Stream, string ResourceId)> _excluded = [];

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
        "SELECT id, endpoint, format, events, EXISTS (SELECT 1 FROM signal_exclusion AS x WHERE x.stream = t.id) FROM signal_stream AS t " +
        "WHERE status <> 'disabled'",
        r => new WantingStream(
            r.GetString(0), !r.IsDBNull(1), r.GetString(2) == "email", [.. SignalStreamStore.EventsOf(r.GetString(3))], r.GetBoolean(4)),
        cancel));

    /// <summary>Looks up who of these is not to be told of at which stream: before they cease to be, because that ends with them.</summary>
    public async Task LookUpAsync(Session session, IEnumerable<Signal> signals, CancellationToken cancel)
    {
        if (!Streams.Any(s => s.Excludes))
            return;
        var found = await session.QueryAsync(
            "SELECT stream, resource_id FROM signal_exclusion WHERE " + session.Dialect.In("resource_id", "@ids"),
            r => (r.GetString(0), r.GetString(1)),
            cancel,
            ("ids", signals.Select(s => s.ResourceId).Distinct(StringComparer.Ordinal).ToList()));
        _excluded.UnionWith(found);
    }

    /// <summary>The streams that want to hear of it.</summary>
    public IEnumerable<WantingStream> Of(Signal signal) =>
        Streams.Where(s => s.Events.Contains(signal.Type) && !(s.Excludes && _excluded.Contains((s.Id, signal.ResourceId))));

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
