using System.Globalization;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Provisioning.Journal;

/// <summary>An entry of the journal at its place in the chain.</summary>
/// <param name="Position">1, 2, 3, ... in the chain.</param>
/// <param name="Seq">The number that the database gave it; it grows, with gaps.</param>
/// <param name="At">When it happened, in microseconds since 1970.</param>
/// <param name="Kind">What happened, e.g. <c>user.updated</c>.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Correlation">What it belongs to.</param>
/// <param name="Data">JSON: names and ids, no personal data.</param>
/// <param name="Commitment">What it says of the part that may hold personal data, see <see cref="Journal.Commitment"/>; null where it has none.</param>
public readonly record struct SealedEntry(
    long Position, long Seq, long At, string Kind, string Subject, string Actor, string Correlation, string Data, string? Commitment)
{
    /// <summary>
    /// The hash over its fields (<see cref="FieldHash"/>): position, seq, at, kind, subject, actor, correlation, data, commitment, numbers in decimal
    /// and an absent commitment empty. Whoever has the hash alone can carry the chain on without seeing the entry.
    /// </summary>
    public string Digest() => FieldHash.Of(
        Text(Position), Text(Seq), Text(At), Kind, Subject, Actor, Correlation, Data, Commitment ?? "");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
