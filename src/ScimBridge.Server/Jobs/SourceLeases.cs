using NodaTime;
using ScimBridge.Storage;

namespace ScimBridge.Server.Jobs;

/// <summary>The leases of the drains that read and decide sources, held together: while they are, nothing is read and nobody is decided.</summary>
internal sealed class SourceLeases : IAsyncDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);
    private const int Tries = 25;
    private readonly List<Lease> _held = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _beating = Task.CompletedTask;

    private SourceLeases()
    {
    }

    /// <summary>Takes them, one source after the other, and waits a few seconds for each; null with the drain that is busy for longer.</summary>
    public static async Task<(SourceLeases? Leases, DrainKey Busy)> TakeAsync(
        Database database, IClock clock, IEnumerable<string> sources, CancellationToken cancel)
    {
        var leases = new SourceLeases();
        var owner = $"{NodeName.Own}|{Guid.NewGuid():N}";
        foreach (var key in sources.Order(StringComparer.Ordinal)
            .SelectMany(s => new[] { new DrainKey(DrainKind.ReadSource, s), new DrainKey(DrainKind.DecideWorkers, s) }))
        {
            var lease = new Lease(database, clock, key.ToString(), owner);
            var tries = 0;
            while (!await lease.TakeAsync(cancel))
            {
                if (++tries == Tries)
                {
                    await leases.DisposeAsync();
                    return (null, key);
                }

                await Task.Delay(BetweenTries, cancel);
            }

            leases._held.Add(lease);
        }

        leases._beating = leases.BeatAsync();
        return (leases, default);
    }

    /// <summary>Makes sure, in the transaction that writes, that all of them are still held.</summary>
    /// <exception cref="LeaseLostException">One is not.</exception>
    public async Task HoldAsync(Session session, CancellationToken cancel)
    {
        foreach (var lease in _held)
            await lease.HoldAsync(session, cancel);
    }

    /// <summary>Lets go. Who came meanwhile is woken by whoever held them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        foreach (var lease in _held)
            await lease.AbandonAsync();
        _stop.Dispose();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Lease.Beat);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                foreach (var lease in _held)
                    await lease.BeatAsync(_stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LeaseLostException)
        {
            // Done; or lost, which whoever writes next is told by the lease itself.
        }
    }
}
