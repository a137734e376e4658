using NodaTime;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What is to be true of a worker's identity from now on.</summary>
/// <param name="Rule">The rule that decided, by its name in <c>lifecycle.json</c>.</param>
/// <param name="Exists">Whether the worker is to have an identity. One that exists is taken away only when the time to delete it has come.</param>
/// <param name="Active">Whether it may be used.</param>
/// <param name="Memberships">Which classes of the memberships that policy gives it has.</param>
/// <param name="Lane">How urgent it is.</param>
public sealed record Intent(string Rule, bool Exists, bool Active, Memberships Memberships, Lane Lane)
{
    /// <summary>How urgent it is that memberships go.</summary>
    public Lane Removals { get; init; } = Lane;

    /// <summary>When the identity is to be deleted, if nothing is heard until then; null for never.</summary>
    public Instant? DeleteAt { get; init; }

    /// <summary>When policy decides otherwise by itself, with no new record and no other change of the worker; null for never.</summary>
    public Instant? NextChange { get; init; }
}
