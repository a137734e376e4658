using NodaTime;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Connectors.Targets;

/// <summary>
/// The non-human identities of a target (<see cref="ITarget.ServiceAccounts"/>), and what they prove themselves with.
/// <para>
/// The contract, which <c>ServiceAccountTargetContractTests</c> executes against every implementation: each call answers with an
/// <see cref="Outcome"/> and throws nothing but <see cref="OperationCanceledException"/> of the given token; everything but
/// <see cref="AddCredentialAsync"/> may be repeated and then does no harm; listing, reading and probing change nothing; what
/// <see cref="Capabilities"/> does not declare is never called; no outcome has a secret in it. What is asked of an identity that is not
/// there is <see cref="Outcome.Gone"/>.
/// </para>
/// </summary>
public interface IServiceAccountTarget
{
    /// <summary>What can be done here.</summary>
    ServiceAccountCapabilities Capabilities { get; }

    /// <summary>
    /// A page of what is there: null unless the outcome is <see cref="Outcome.Done"/>. Each identity is on one page at least, if it is there
    /// all the while. <see cref="Outcome.Gone"/> where <paramref name="next"/> is too old: the target has to be gone through anew.
    /// </summary>
    /// <param name="next">What the page before said; null for the first.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<(Outcome Outcome, FoundPage? Page)> ListAsync(string? next, CancellationToken cancel);

    /// <summary>
    /// One identity as it is now, with the use of itself and of its credentials where that is shown; null unless the outcome is
    /// <see cref="Outcome.Done"/>.
    /// </summary>
    Task<(Outcome Outcome, FoundAccount? Account)> ReadAsync(ServiceAccountKind kind, string remoteId, CancellationToken cancel);

    /// <summary>Lets an identity be used, or keeps it from being (<see cref="ServiceAccountCapabilities.Disables"/>).</summary>
    Task<Outcome> SetEnabledAsync(ServiceAccountKind kind, string remoteId, bool enabled, CancellationToken cancel);

    /// <summary>Deletes an identity; one that is gone already is <see cref="Outcome.Done"/> (<see cref="ServiceAccountCapabilities.Deletes"/>).</summary>
    Task<Outcome> DeleteAsync(ServiceAccountKind kind, string remoteId, CancellationToken cancel);

    /// <summary>
    /// Puts a new credential beside the others (<see cref="ServiceAccountCapabilities.Adds"/>): the credential is null unless the outcome is
    /// <see cref="Outcome.Done"/>. Not to be repeated: after a lost reply there may be one that nobody knows, and reading shows it.
    /// </summary>
    /// <param name="kind">What sort of identity it is.</param>
    /// <param name="remoteId">Which.</param>
    /// <param name="type">What sort of credential.</param>
    /// <param name="name">What it is called there, where names are kept.</param>
    /// <param name="notAfter">When it is to expire; null for as long as the target has it.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<(Outcome Outcome, NewCredential? Credential)> AddCredentialAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, string name, Instant? notAfter, CancellationToken cancel);

    /// <summary>
    /// Puts a credential in the place of the one there is, which is refused from then on (<see cref="ServiceAccountCapabilities.Replaces"/>).
    /// The caller has made it and kept it before, so that it may be repeated after a lost reply.
    /// </summary>
    Task<Outcome> ReplaceCredentialAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, Secret secret, CancellationToken cancel);

    /// <summary>Removes a credential; one that is not there is <see cref="Outcome.Done"/> (<see cref="ServiceAccountCapabilities.Removes"/>).</summary>
    Task<Outcome> RemoveCredentialAsync(ServiceAccountKind kind, string remoteId, string keyId, CancellationToken cancel);

    /// <summary>
    /// Changes who owns an identity: who comes is added before who goes is removed, and the last one stays
    /// (<see cref="Outcome.Rejected"/>). (<see cref="ServiceAccountCapabilities.WritesOwners"/>)
    /// </summary>
    Task<Outcome> ChangeOwnersAsync(
        ServiceAccountKind kind, string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel);

    /// <summary>The same for sponsors (<see cref="ServiceAccountCapabilities.WritesSponsors"/>).</summary>
    Task<Outcome> ChangeSponsorsAsync(
        ServiceAccountKind kind, string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel);

    /// <summary>
    /// Tries a credential, once, where that changes nothing (<see cref="ServiceAccountCapabilities.Probes"/>): null unless the outcome is
    /// <see cref="Outcome.Done"/>. An answer that says nothing of the credential is <see cref="Outcome.Retry"/>. That a credential is refused
    /// is no <see cref="Outcome.Stop"/>.
    /// </summary>
    Task<(Outcome Outcome, ProbeAnswer? Answer)> ProbeAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, Secret secret, CancellationToken cancel);
}
