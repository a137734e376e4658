using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>That a person knows a credential. Exposure follows knowledge, not ownership.</summary>
/// <param name="PersonId">Who.</param>
/// <param name="Since">From when.</param>
/// <param name="Evidence">How that is known.</param>
public sealed record Knowledge(string PersonId, Instant Since, Evidence Evidence);
