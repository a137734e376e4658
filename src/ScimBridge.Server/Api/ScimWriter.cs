using NodaTime;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Runs what a client changes as one transaction, and wakes the deliveries of what came due in it.</summary>
internal sealed class ScimWriter(
    Database database, BridgeConfiguration configuration, GroupBook rules, PolicyBook policies, IDateTimeZoneProvider zones, IClock clock, IAlarm alarm)
{
    private const int Tries = 5;
    private readonly string[] _targets = [.. configuration.Targets.Select(t => t.Name)];

    /// <summary>A new id.</summary>
    public string NewId() => ResourceId.New(clock.GetCurrentInstant());

    /// <summary>Collects the changes, commits them, and looks at the result, all in one transaction.</summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="change">Collects the changes.</param>
    /// <param name="show">Reads what is answered, after the changes.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ScimException">It cannot be done; nothing was written.</exception>
    public async Task<TShown> RunAsync<T, TShown>(
        Caller caller, Func<ResourceChanger, Session, Task<T>> change, Func<Session, T, Task<TShown>> show, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(caller, change, show, cancel);
            }
            catch (Exception e) when (e is UniquenessException or ConcurrencyException && attempt < Tries)
            {
                // Somebody else wrote between our reading and our writing: read again, decide again.
            }
            catch (Exception e) when (e is UniquenessException or ConcurrencyException)
            {
                throw ScimError.Conflict("Others keep changing the same resource.").AsException();
            }
        }
    }

    private async Task<TShown> RunOnceAsync<T, TShown>(
        Caller caller, Func<ResourceChanger, Session, Task<T>> change, Func<Session, T, Task<TShown>> show, CancellationToken cancel)
    {
        var (shown, isEmpty, touched, told, cascades) = await database.WriteAsync(
            async session =>
            {
                var changes = new Changes(clock.GetCurrentInstant(), caller.Actor, caller.Correlation, _targets)
                {
                    TellsStreams = configuration.Options.Signals is not null,
                };
                var accounts = new ServiceAccountWriting(
                    configuration, policies, zones, session, caller, Microseconds.ToInstant(changes.At), cancel);
                var changer = new ResourceChanger(configuration, rules, accounts, session, changes, caller, cancel);
                var result = await change(changer, session);
                await Commit.WriteAsync(session, changes, cancel);
                var cascades = await accounts.WriteAsync();
                var touched = await WorkerStore.TouchAsync(
                    session, changer.OfHr, [.. changes.Memberships.Where(m => m.Joins).Select(m => m.MemberId)], changes.At, cancel);
                return (await show(session, result), changes.IsEmpty, touched, changes.Told, cascades);
            },
            cancel);
        if (!isEmpty)
        {
            foreach (var target in _targets)
                alarm.Wake(new DrainKey(DrainKind.Deliver, target));
        }

        if (cascades)
            alarm.Wake(new DrainKey(DrainKind.Cascade, CascadeDue.Name));
        foreach (var stream in told)
            alarm.Wake(new DrainKey(DrainKind.Transmit, stream));
        // Rules may say something else of whom they are about now, and policy of who may be in a group at all.
        foreach (var source in touched > 0 ? configuration.Sources : [])
            alarm.Wake(new DrainKey(DrainKind.DecideWorkers, source.Name));
        return shown;
    }
}
