using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets;

/// <summary>
/// One identity system that accounts are delivered to.
/// <para>
/// The contract, which <c>TargetContractTests</c> executes against every implementation: each call answers with an <see cref="Outcome"/>
/// and throws nothing but <see cref="OperationCanceledException"/> of the given token; everything but <see cref="CreateAsync"/> may be
/// repeated and then does no harm; <see cref="FindAsync"/> and <see cref="GetAsync"/> change nothing; a verb that
/// <see cref="Capabilities"/> does not declare is never called; a time-out or a lost reply is <see cref="Outcome.Retry"/> with
/// <c>Untouched</c> false, and finding by correlation key then tells whether the work was done.
/// </para>
/// </summary>
public interface ITarget : IDisposable
{
    /// <summary>What this target can do.</summary>
    Capabilities Capabilities { get; }

    /// <summary>
    /// The pace that the calls are held to. A connector that gives one takes a turn before each call; one without is never held back.
    /// </summary>
    CallPace? Pace => null;

    /// <summary>The non-human identities that live there; null where the connector knows nothing of them, or is not to.</summary>
    IServiceAccountTarget? ServiceAccounts => null;

    /// <summary>Looks for the account that carries the correlation key: <see cref="Outcome.Exists"/> or <see cref="Outcome.Gone"/>.</summary>
    Task<Outcome> FindAsync(AccountKind kind, string correlationKey, CancellationToken cancel);

    /// <summary>Reads one account; the account is null unless the outcome is <see cref="Outcome.Done"/>.</summary>
    Task<(Outcome Outcome, ObservedAccount? Account)> GetAsync(AccountKind kind, string remoteId, CancellationToken cancel);

    /// <summary>
    /// Creates the account: <see cref="Outcome.Done"/> with the remote id, or <see cref="Outcome.Exists"/> where the target reports a conflict.
    /// </summary>
    Task<Outcome> CreateAsync(DesiredAccount account, CancellationToken cancel);

    /// <summary>
    /// Sets the changed attributes and nothing else; <paramref name="active"/> is null where it stays as it is.
    /// <see cref="Outcome.Gone"/> where the account is no longer there.
    /// </summary>
    Task<Outcome> UpdateAsync(
        AccountKind kind, string remoteId, IReadOnlyList<AttributeChange> changes, bool? active, CancellationToken cancel);

    /// <summary>Deletes the account; one that is gone already is <see cref="Outcome.Done"/>.</summary>
    Task<Outcome> DeleteAsync(AccountKind kind, string remoteId, CancellationToken cancel);

    /// <summary>
    /// Adds and removes members of a group, at most <see cref="Capabilities.MembersPerCall"/> of both together. Adding one who is in and
    /// removing one who is not are no faults.
    /// </summary>
    Task<Outcome> ChangeMembersAsync(
        string remoteGroupId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel);

    /// <summary>
    /// Reads the ids of a group's members; null unless the outcome is <see cref="Outcome.Done"/>, and null then too where the target cannot
    /// be read like that.
    /// </summary>
    Task<(Outcome Outcome, IReadOnlySet<string>? Members)> ReadMembersAsync(string remoteGroupId, CancellationToken cancel) =>
        Task.FromResult<(Outcome, IReadOnlySet<string>?)>((new Outcome.Done(), null));

    /// <summary>
    /// Lists what there is, page by page (<see cref="Capabilities.Lists"/>), or with a mark what has changed since it was made; null unless
    /// the outcome is <see cref="Outcome.Done"/>. <see cref="Outcome.Gone"/> where a mark, or the place of a page, is too old: all has to be
    /// listed anew. What changes while it is listed may be missed or come twice.
    /// </summary>
    /// <param name="kind">Users or groups; of groups without their members.</param>
    /// <param name="mark">A mark of <see cref="MarkAsync"/> or of an earlier listing of changes; null for everything.</param>
    /// <param name="at">Where a page is, by the page before; null for the first.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<(Outcome Outcome, AccountPage? Page)> ListAsync(AccountKind kind, string? mark, string? at, CancellationToken cancel) =>
        throw new NotSupportedException("This target does not declare that it lists anything.");

    /// <summary>
    /// Marks what there is now, so that a later listing says what has changed since (<see cref="Listing.Delta"/>); null unless the outcome is
    /// <see cref="Outcome.Done"/>.
    /// </summary>
    Task<(Outcome Outcome, string? Mark)> MarkAsync(AccountKind kind, CancellationToken cancel) =>
        throw new NotSupportedException("This target does not declare that it lists what has changed.");

    /// <summary>
    /// Reads the members of a group page by page, of a target that lists; null unless the outcome is <see cref="Outcome.Done"/>, and null
    /// then too where the target does not show them.
    /// </summary>
    /// <param name="remoteGroupId">The group.</param>
    /// <param name="at">Where a page is, by the page before; null for the first.</param>
    /// <param name="cancel">Ends the call.</param>
    async Task<(Outcome Outcome, MemberPage? Page)> ListMembersAsync(string remoteGroupId, string? at, CancellationToken cancel)
    {
        var (outcome, members) = await ReadMembersAsync(remoteGroupId, cancel);
        return (outcome, members is null ? null : new MemberPage([.. members], Next: null));
    }

    /// <summary>
    /// What the attributes of an account look like when it is read back after it was delivered: without what the target does not take, in the
    /// form in which it shows the rest. It calls nobody for it, but for what every call asks a target first.
    /// </summary>
    ValueTask<JsonObject> ShownAsync(DesiredAccount account, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(account);
        return ValueTask.FromResult(account.Attributes);
    }

    /// <summary>
    /// Ends everything of one kind that an account has (<see cref="Capabilities.Revokes"/>). Ending what has ended already is
    /// <see cref="Outcome.Done"/>; <see cref="Outcome.Gone"/> where there is no such account.
    /// </summary>
    Task<Outcome> RevokeAsync(AccessKind kind, string remoteId, CancellationToken cancel) =>
        throw new NotSupportedException($"This target does not declare that it ends {kind}.");

    /// <summary>
    /// Reads what is left of one kind of access (<see cref="Capabilities.ReadsAccess"/>); null unless the outcome is
    /// <see cref="Outcome.Done"/>.
    /// </summary>
    /// <param name="kind">Of which kind.</param>
    /// <param name="remoteId">Whose.</param>
    /// <param name="since">When it was to end: a target that only says from when on sessions count is compared with it.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<(Outcome Outcome, AccessReading? Reading)> ReadAccessAsync(
        AccessKind kind, string remoteId, Instant since, CancellationToken cancel) =>
        throw new NotSupportedException($"This target does not declare that {kind} can be read.");

    /// <summary>
    /// Reads what the account was used for, from a target's own log (<see cref="Capabilities.ReadsUse"/>): at least
    /// <paramref name="from"/>, before <paramref name="until"/>, oldest first; null unless the outcome is <see cref="Outcome.Done"/>.
    /// </summary>
    Task<(Outcome Outcome, IReadOnlyList<AccessUse>? Uses)> ReadUseAsync(
        string remoteId, Instant from, Instant until, CancellationToken cancel) =>
        throw new NotSupportedException("This target does not declare that its log can be read.");
}
