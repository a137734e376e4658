using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What receivers of notifications are told of the end of access.</summary>
internal static class RevocationEvents
{
    /// <summary>What is to be told of some cases.</summary>
    public static async Task<List<Notification>> OfAsync(
        Session session, BridgeConfiguration configuration, IReadOnlyCollection<string> revocationIds, string type, Instant now, CancellationToken cancel)
    {
        var told = new List<Notification>();
        var receivers = configuration.Options.Notifications.Where(n => n.Value.Events.Contains(type)).Select(n => n.Key).ToList();
        if (receivers.Count == 0)
            return told;
        foreach (var id in revocationIds)
        {
            var revocation = (await RevocationStore.FindAsync(session, id, cancel))!;
            told.AddRange(receivers.Select(receiver => new Notification(
                ResourceId.New(now), receiver, revocation.Source,
                new StoredEvent(
                    Seq: 0, revocation.WorkerId, revocation.ResourceId, type, revocation.EffectiveAt, now.ToMicroseconds(), RecordSeq: null,
                    revocation.Correlation, "[]"),
                Attempts: 0)));
        }

        return told;
    }
}
