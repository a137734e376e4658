
namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What is to be true of a worker's identity from now on.</summary>
/// <param name="Rule">The rule that decided, by its name in <c>lifecycle.json</c>.</param>
/// <param name="Exists">Whether the worker is to have an identity at all. One that exists is never taken away here: it is ended.</param>
/// <param name="Active">Whether it may be used.</param>
/// <param name="Member">Whether it is a member of the groups that policy gives.</param>
/// <param name="Lane">How urgent it is.</param>
public sealed record Intent(string Rule, bool Exists, bool Active, bool Member, Lane Lane);
