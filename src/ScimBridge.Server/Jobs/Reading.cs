using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>The state of one reading of a batch. Its memory grows by one bit a worker and not with the feed.</summary>
internal sealed class Reading(Batch batch, long nextNumber, bool passes)
{
    public Batch Batch { get; } = batch;

    public string Source => Batch.Source;

    public string BatchId => Batch.Id;

    /// <summary>The instant as of which the batch was made.</summary>
    public Instant AsOf { get; } = Microseconds.ToInstant(batch.AsOf ?? batch.CreatedAt);

    /// <summary>The workers of whom a snapshot was seen.</summary>
    public Ticks Seen { get; } = new();

    /// <summary>The number that the next new worker gets.</summary>
    public long NextNumber { get; set; } = nextNumber;

    /// <summary>Whether records that could hurt go through unjudged.</summary>
    public bool Passes { get; } = passes;

    /// <summary>Whether it is an old file that came in again: nothing in it that could hurt passes without a person.</summary>
    public bool IsStale { get; set; }

    /// <summary>Whether the source tells persons from working relationships; null while that is not known.</summary>
    public bool? TellsPersons { get; set; }

    public long Rows { get; set; }

    public long Faults { get; set; }

    /// <summary>Of a dry run: records that would have been accepted.</summary>
    public long Accepted { get; set; }

    /// <summary>Of a dry run: records that would have been put aside.</summary>
    public List<HeldRecord> Suspects { get; } = [];

    /// <summary>Of a dry run: records that would have been put in quarantine, the first of them.</summary>
    public List<Quarantined> Doubts { get; } = [];

    public const int DoubtsShown = 100;
}
