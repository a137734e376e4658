using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Connectors.Targets;

/// <summary>A page of non-human identities.</summary>
/// <param name="Accounts">Those on it; there may be none although more come.</param>
/// <param name="Next">What the next page is asked for with, good for hours at least; null after the last.</param>
public sealed record FoundPage(IReadOnlyList<FoundAccount> Accounts, string? Next);
