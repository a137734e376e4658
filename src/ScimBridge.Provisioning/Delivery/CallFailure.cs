namespace ScimBridge.Provisioning.Delivery;

/// <summary>A call that did not succeed, in words that somebody can act on. No secret and no personal data.</summary>
/// <param name="Call">Method and path without anybody's id: <c>PATCH Users</c>.</param>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Code">The vendor's code, or a word of the bridge's own: <c>ambiguous</c>, <c>nameTaken</c>, <c>protected</c>.</param>
/// <param name="RequestId">The id by which the vendor finds the call in its logs.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record CallFailure(string Call, int Status, string? Code, string? RequestId, string Meaning, string Advice);
