namespace ScimBridge.Provisioning.Workers;

/// <summary>What a source said about one worker, and where it said it.</summary>
/// <param name="Facts">The canonical facts.</param>
/// <param name="Hash">
/// SHA-256 over the source's row and the declaration it was read by, hex, lower case. The same row under the same declaration
/// has the same hash, so an unchanged row is recognised without reading the worker.
/// </param>
/// <param name="Row">Where the record stands in its batch: the line of a file or the index of a message, from 1.</param>
public sealed record HrRecord(WorkerFacts Facts, string Hash, long Row);
