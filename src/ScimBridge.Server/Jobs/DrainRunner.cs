using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;

namespace ScimBridge.Server.Jobs;

/// <summary>Runs a drain under its lease until nothing is due, and sets the alarm for what will be.</summary>
public sealed class DrainRunner
{
    private readonly Dictionary<DrainKind, IDrain> _drains;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly ILogger<DrainRunner> _log;

    /// <summary>Knows the drains.</summary>
    public DrainRunner(IEnumerable<IDrain> drains, Database database, IClock clock, IAlarm alarm, ILogger<DrainRunner> log)
    {
        _drains = drains.ToDictionary(d => d.Kind);
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _log = log;
    }

    /// <summary>
    /// Runs the drain. Where another node, or another thread of this one, runs it already, that one is told to look once more.
    /// </summary>
    /// <returns>When something will be due again; null for never, or where somebody else runs it.</returns>
    public async Task<Instant?> RunAsync(DrainKey key, CancellationToken cancel)
    {
        // The owner is new for each run, so that two threads of one node exclude each other as two nodes do.
        var lease = new Lease(_database, _clock, key.ToString(), $"{NodeName.Own}|{Guid.NewGuid():N}");
        if (!await lease.TakeAsync(cancel))
            return null;
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Instant? next;
        var beating = BeatAsync(lease, lost);
        try
        {
            do
                next = await _drains[key.Kind].RunAsync(key.Name, lease, lost.Token);
            while (!await lease.ReleaseAsync(lost.Token));
        }
        catch (LeaseLostException)
        {
            _log.LeaseLost(key.ToString());
            return null;
        }
        catch
        {
            // Stopped, or failed: what is due stays due, and the sweep comes back to it.
            await lease.AbandonAsync();
            throw;
        }
        finally
        {
            await lost.CancelAsync();
            await beating;
        }

        if (next is { } at)
            _alarm.WakeAt(key, at);
        // Whatever a drain does is noted in the journal.
        if (key.Kind != DrainKind.Seal)
            _alarm.WakeAt(new DrainKey(DrainKind.Seal, Seal.Name), _clock.GetCurrentInstant() + Seal.Behind);
        return next;
    }

    // While a drain waits for a slow target it writes no result; the beat tells the others that it lives.
    private static async Task BeatAsync(Lease lease, CancellationTokenSource lost)
    {
        using var timer = new PeriodicTimer(Lease.Beat);
        try
        {
            while (await timer.WaitForNextTickAsync(lost.Token))
                await lease.BeatAsync(lost.Token);
        }
        catch (LeaseLostException)
        {
            await lost.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The drain is done.
        }
    }
}
