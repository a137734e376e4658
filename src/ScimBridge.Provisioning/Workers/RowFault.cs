namespace ScimBridge.Provisioning.Workers;

/// <summary>Why one row of a batch was not accepted. The rest of the batch goes on.</summary>
/// <param name="Row">The line in the file, from 1 (the header is line 1).</param>
/// <param name="Column">The source's name of the column, where one is at fault.</param>
/// <param name="WorkerId">The worker the row speaks of, where it could be read.</param>
/// <param name="Reason">What is wrong, in a sentence that never repeats personal data other than the offending code or date.</param>
public sealed record RowFault(long Row, string? Column, string? WorkerId, string Reason);
