using NodaTime;

namespace ScimBridge.Provisioning.Workers;

/// <summary>
/// A record as it stands on a worker's timeline. Assertions are appended and never altered; only the time in which they were held to be
/// true may be closed, when a batch is rolled back.
/// </summary>
public sealed record Assertion
{
    private const char KeyedSlot = '#';

    /// <summary>The order in which assertions came in.</summary>
    public required long Seq { get; init; }

    /// <summary>Since when it is known.</summary>
    public required Instant RecordedAt { get; init; }

    /// <summary>When it was taken back; null while it is held to be true.</summary>
    public Instant? RetractedAt { get; init; }

    /// <summary>The working relationship it is about: the source's key, <see cref="WorkerFacts.WorkerId"/>.</summary>
    public required string Relationship { get; init; }

    /// <summary>What period of the relationship it is about; see <see cref="SlotOf"/>. Of several about the same, one holds.</summary>
    public required string Slot { get; init; }

    /// <summary>The day, in the worker's zone, from which the facts hold.</summary>
    public required LocalDate EffectiveFrom { get; init; }

    /// <summary>
    /// Whether the source said from when the facts hold. Such a record speaks of its period and of what follows, and an empty end in it
    /// takes no end back that another stated. One that is not dated is a snapshot: it says everything, an empty end means no end.
    /// </summary>
    public required bool Dated { get; init; }

    /// <summary>The source's order; see <see cref="HrRecord.Sequence"/>. 0 where a dated record has none.</summary>
    public required long Sequence { get; init; }

    /// <summary>How it stands to what was said before.</summary>
    public required RecordKind Kind { get; init; }

    /// <summary>Whether the facts are only those that it states, and the others stay as they were.</summary>
    public required bool Partial { get; init; }

    /// <summary>The facts, as <see cref="WorkerFactsJson"/> writes them.</summary>
    public required string Facts { get; init; }

    /// <summary>Hash of the record.</summary>
    public required string Hash { get; init; }

    /// <summary>The batch that brought it.</summary>
    public required string BatchId { get; init; }

    /// <summary>Makes the assertion of a record.</summary>
    /// <param name="record">The record. Its time zone must be one that <paramref name="zones"/> knows.</param>
    /// <param name="seq">Its place in the order of arrival.</param>
    /// <param name="recordedAt">Now.</param>
    /// <param name="asOf">The instant as of which the batch was made.</param>
    /// <param name="batchId">The batch.</param>
    /// <param name="zones">The time zones.</param>
    public static Assertion Of(
        HrRecord record, long seq, Instant recordedAt, Instant asOf, string batchId, IDateTimeZoneProvider zones)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(zones);
        var zone = zones.GetZoneOrNull(record.Facts.TimeZone) ?? DateTimeZone.Utc;
        var dated = record.EffectiveFrom is not null || record.RecordId is not null || record.Kind == RecordKind.Rescind;
        var from = record.EffectiveFrom ?? asOf.InZone(zone).Date;
        var sequence = record.Sequence ?? (dated ? 0 : asOf.ToUnixTimeTicks());
        return new Assertion
        {
            Seq = seq,
            RecordedAt = recordedAt,
            Relationship = record.Facts.WorkerId,
            Slot = SlotOf(record, from, sequence),
            EffectiveFrom = from,
            Dated = dated,
            Sequence = sequence,
            Kind = record.Kind,
            Partial = record.Stated is not null,
            Facts = record.Stated is { } stated ? WorkerFactsJson.WriteStated(record.Facts, stated) : WorkerFactsJson.Write(record.Facts),
            Hash = record.Hash,
            BatchId = batchId,
        };
    }

    /// <summary>
    /// Where it stands among all that was said of the relationship: <see cref="Sequence"/> or, where a dated record has none, the end of
    /// its day. So it holds over the snapshots up to its day, which cannot know better, and yields to those after it.
    /// </summary>
    internal long Order => Dated && Sequence == 0 && EffectiveFrom < LocalDate.MaxIsoValue
        ? EffectiveFrom.PlusDays(1).AtMidnight().InUtc().ToInstant().ToUnixTimeTicks()
        : Sequence;

    /// <summary>Where it stands among what was said of the same period. Records of one key may name different days; that is no order.</summary>
    internal long OrderInSlot => Slot.StartsWith(KeyedSlot) ? Sequence : Order;

    /// <summary>Whether it was held to be true at an instant.</summary>
    public bool IsKnownAt(Instant instant) => RecordedAt <= instant && !(RetractedAt <= instant);

    // Whole snapshots of one day take each other's place. What states only some fields must not take the place of what states others.
    private static string SlotOf(HrRecord record, LocalDate from, long sequence) => record switch
    {
        { RecordId: { } id } => KeyedSlot + id,
        { EffectiveFrom: null, Stated: not null } => $"~{sequence}/{record.Row}",
        _ => NodaTime.Text.LocalDatePattern.Iso.Format(from),
    };
}
