using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Tells of each end of access whose time is over and that is not proven, once.</summary>
public sealed class Overdue(BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm, ILogger<Overdue> log)
{
    private const int AtOnce = 200;

    /// <summary>Looks for them and tells.</summary>
    public async Task TellAsync(CancellationToken cancel)
    {
        var now = clock.GetCurrentInstant();
        var at = now.ToMicroseconds();
        while (await database.ReadAsync(s => RevocationStore.OverdueAsync(s, at, AtOnce, cancel), cancel) is { Count: > 0 } late)
        {
            var ids = late.ConvertAll(l => l.Id);
            await database.WriteAsync(
                async s =>
                {
                    await RevocationStore.EscalateAsync(s, ids, at, cancel);
                    await NotificationStore.AppendAsync(s, RevocationEvents.Of(configuration, late, RevocationNotice.Late, now), at, cancel);
                    await JournalStore.AppendAsync(
                        s,
                        late.Select(l => new JournalEntry(
                            "revocation.late", l.ResourceId, "system:enforce", l.Correlation, new JsonObject { ["revocation"] = l.Id }.ToJsonString())),
                        at,
                        cancel);
                },
                cancel);
            foreach (var revocation in late)
                log.RevocationLate(revocation.ResourceId, revocation.Id);
            foreach (var receiver in configuration.Options.Notifications.Keys)
                alarm.Wake(new DrainKey(DrainKind.Notify, receiver));
        }
    }
}
