namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Somebody who could take an account over.</summary>
/// <param name="PersonId">Who.</param>
/// <param name="Via">By which link of the chain.</param>
public sealed record Successor(string PersonId, Via Via);
