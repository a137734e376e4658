using NodaTime;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Evidence;

/// <summary>Signs heads of the journal's chain.</summary>
public sealed class Anchors
{
    private readonly SigningKeys _keys;
    private readonly IClock _clock;
    private readonly Duration _interval;

    /// <summary>Creates it.</summary>
    public Anchors(BridgeConfiguration configuration, SigningKeys keys, IClock clock)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _keys = keys;
        _clock = clock;
        _interval = Duration.FromMinutes(configuration.Options.Journal.AnchorMinutes);
    }

    /// <summary>When the head is to be signed next: so long after the first block that no anchor covers. Null where all are covered.</summary>
    public async Task<Instant?> DueAsync(Session session, CancellationToken cancel)
    {
        var last = await JournalSealStore.LastAnchorAsync(session, cancel);
        return await JournalSealStore.AfterAsync(session, last?.Block ?? 0, 1, cancel) is [var first] ? Microseconds.ToInstant(first.SealedAt) + _interval : null;
    }

    /// <summary>The head, signed; null where an anchor covers all there is.</summary>
    public async Task<StoredAnchor?> MakeAsync(Session session, CancellationToken cancel)
    {
        var head = await JournalSealStore.HeadAsync(session, cancel);
        if (head is null || head.Number == 0 || (await JournalSealStore.LastAnchorAsync(session, cancel))?.Block == head.Number)
            return null;
        var now = _clock.GetCurrentInstant();
        var anchor = new JournalAnchor(head.Number, head.Position, head.LastSeq, head.Hash, Microseconds.ToInstant(now.ToMicroseconds()));
        var signature = await _keys.SignAsync(SigningKey.Es256, JournalAnchor.Kind, System.Text.Encoding.UTF8.GetBytes(anchor.Payload()), cancel);
        return new StoredAnchor(head.Number, head.Position, now.ToMicroseconds(), await _keys.IdAsync(SigningKey.Es256, cancel), signature);
    }
}
