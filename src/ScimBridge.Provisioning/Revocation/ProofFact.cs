using System.Globalization;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Access;

namespace ScimBridge.Provisioning.Revocation;

/// <summary>One thing that was seen of a person's access.</summary>
/// <param name="RevocationId">The case that it belongs to.</param>
/// <param name="Number">1, 2, 3, ... within the case.</param>
/// <param name="Target">The target that was asked.</param>
/// <param name="Kind">The kind of access.</param>
/// <param name="At">When.</param>
/// <param name="Method">The call, without identifiers.</param>
/// <param name="Value">What it showed, without personal data.</param>
/// <param name="Verdict">What that means.</param>
/// <param name="Actor">Who asked.</param>
public sealed record ProofFact(
    string RevocationId, long Number, string Target, AccessKind Kind, Instant At, string Method, string Value, Verdict Verdict, string Actor)
{
    /// <summary>
    /// The hash that a case begins with: of its id and of the HR record that it rests on.
    /// </summary>
    public static string Begin(string revocationId, string recordHash) => FieldHash.Of(revocationId, recordHash);

    /// <summary>
    /// The hash of this fact after the one before: SHA-256, in lower-case hexadecimal, over these fields as netstrings of UTF-8
    /// (<c>5:hello,</c>): the hash before, case, number, target, kind, instant (ISO 8601 in UTC), method, value, verdict, actor.
    /// </summary>
    public string HashAfter(string previous) => FieldHash.Of(
        previous, RevocationId, Number.ToString(CultureInfo.InvariantCulture), Target, Words.Of(Kind), InstantPattern.ExtendedIso.Format(At),
        Method, Value, Words.Of(Verdict), Actor);
}
