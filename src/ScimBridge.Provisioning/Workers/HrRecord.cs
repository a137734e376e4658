using NodaTime;

namespace ScimBridge.Provisioning.Workers;

/// <summary>What a source said about one worker, and where it said it.</summary>
/// <param name="Facts">The canonical facts. Where <see cref="Stated"/> is set, only the fields in it count.</param>
/// <param name="Hash">
/// SHA-256 over the source's row and the declaration it was read by, hex, lower case. The same row under the same declaration
/// has the same hash, so an unchanged row is recognised without reading the worker.
/// </param>
/// <param name="Row">Where the record stands in its batch: the line of a file or the index of a message, from 1.</param>
public sealed record HrRecord(WorkerFacts Facts, string Hash, long Row)
{
    /// <summary>The fields that the record states; null where it states the whole worker, so that what it does not have is empty.</summary>
    public FieldSet? Stated { get; init; }

    /// <summary>
    /// The day, in the worker's zone, from which the facts hold. Null for a snapshot: they hold from the day on which it was taken.
    /// </summary>
    public LocalDate? EffectiveFrom { get; init; }

    /// <summary>
    /// The source's own order of what it says: a version, a sequence number or an instant; of two records about the same period the
    /// greater holds, whichever arrives first. Null where the source has none: then the instant as of which the batch was made.
    /// </summary>
    public long? Sequence { get; init; }

    /// <summary>
    /// The source's key of the record, where it has one: a correction or a rescission with the same key is about the same period even
    /// where it moves its day. Null where the effective day is the key.
    /// </summary>
    public string? RecordId { get; init; }

    /// <summary>How it stands to what was said before.</summary>
    public RecordKind Kind { get; init; }
}
