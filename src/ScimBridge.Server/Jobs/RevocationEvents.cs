using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What receivers of notifications are told of the end of access.</summary>
internal static class RevocationEvents
{
    /// <summary>What is to be told of some cases.</summary>
    public static List<Notification> Of(BridgeConfiguration configuration, IEnumerable<Revocation> revocations, string type, Instant now)
    {
        var receivers = configuration.Options.Notifications.Where(n => n.Value.Events.Contains(type)).Select(n => n.Key).ToList();
        return
        [
            .. from revocation in revocations
               from receiver in receivers
               select new Notification(
                   ResourceId.New(now), receiver, revocation.Source,
                   new StoredEvent(
                       Seq: 0, revocation.WorkerId, revocation.ResourceId, type, revocation.EffectiveAt, now.ToMicroseconds(), RecordSeq: null,
                       revocation.Correlation, "[]"),
                   Attempts: 0),
        ];
    }
}
