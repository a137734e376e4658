using NodaTime;

namespace ScimBridge.Provisioning.Access;

/// <summary>One use of an account that a target's own log holds.</summary>
/// <param name="At">When.</param>
/// <param name="Action">The vendor's word for it (<c>user.session.start</c>, <c>signIn</c>).</param>
/// <param name="Through">What it was used for or through, as the vendor names it (an application, a client); null where it is not said.</param>
/// <param name="Succeeded">Whether the target let it happen.</param>
/// <param name="RemoteId">The entry in the target's log.</param>
public sealed record AccessUse(Instant At, string Action, string? Through, bool Succeeded, string RemoteId);
