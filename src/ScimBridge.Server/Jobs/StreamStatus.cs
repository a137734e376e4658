using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Changes whether a stream of Shared Signals gets what happens (SSF 1.0, 8.1.2).</summary>
public sealed class StreamStatus
{
    /// <summary>For how long something may wait for a receiver that does not fetch it, or rests, before its stream is disabled.</summary>
    public static readonly Duration Inactivity = Duration.FromDays(14);

    private readonly SignalsOptions? _options;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly ILogger<StreamStatus> _log;

    /// <summary>Creates it.</summary>
    public StreamStatus(BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm, ILogger<StreamStatus> log)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _options = configuration.Options.Signals;
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _log = log;
    }

    /// <summary>Changes the status, notes it in the journal, and wakes what transmits. False where there is no such stream.</summary>
    /// <param name="id">The stream.</param>
    /// <param name="status">One of <see cref="SignalStreamRow"/>'s.</param>
    /// <param name="reason">Why, where that is said.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="correlation">What it belongs to.</param>
    /// <param name="tells">Whether the receiver is told with an event, because it was not the receiver who asked for it (SSF 1.0, 8.1.5).</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<bool> SetAsync(string id, string status, string? reason, string actor, string correlation, bool tells, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var found = await _database.WriteAsync(
            async s =>
            {
                if (await SignalStreamStore.HoldAsync(s, id, cancel) is not { } stream)
                    return false;
                if (stream.Status == status && stream.Reason == reason)
                    return true;
                await SignalStreamStore.SetStatusAsync(s, id, status, reason, cancel);
                if (tells && stream.Status != status)
                {
                    var updated = new Signal(SignalType.StreamUpdated, "Stream", id, now, correlation) { Notice = new(Status: status, Reason: reason) };
                    await SignalStore.AppendAsync(s, id, updated, cancel);
                }

                var data = new JsonObject { ["before"] = stream.Status, ["status"] = status }.ToJsonString();
                await JournalStore.AppendAsync(s, [new("stream.status", id, actor, correlation, data)], now.ToMicroseconds(), cancel);
                return true;
            },
            cancel);
        if (found)
            _alarm.Wake(new DrainKey(DrainKind.Transmit, id));
        return found;
    }

    /// <summary>Disables the streams whose receivers have left something lying for too long.</summary>
    public async Task DisableIdleAsync(CancellationToken cancel)
    {
        if (_options is null)
            return;
        var before = (_clock.GetCurrentInstant() - Inactivity).ToMicroseconds();
        foreach (var id in await _database.ReadAsync(s => SignalStreamStore.IdleAsync(s, before, cancel), cancel))
        {
            await SetAsync(id, SignalStreamRow.Disabled, "Nothing was fetched for too long.", "system", "sweep", tells: true, cancel);
            _log.StreamIdle(id, Inactivity.Days);
        }
    }
}
