namespace ScimBridge.Provisioning.Access;

/// <summary>What a target shows of one kind of access of one account, when it is asked.</summary>
/// <param name="Method">The call that was made, as in the vendor's documentation, without identifiers: <c>GET users/{id}/clients</c>.</param>
/// <param name="Value">What it showed, in few words, without personal data: what an auditor is given as evidence.</param>
/// <param name="Left">
/// Identifiers of what is still there, as the target has them; empty where nothing is, and null where the target cannot tell.
/// </param>
public sealed record AccessReading(string Method, string Value, IReadOnlyList<string>? Left);
