using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Delivers to an Okta org through its management API. The correlation key is written into a custom profile attribute; an account is
/// disabled by deactivating or suspending it. Besides the contract of <see cref="ITarget"/>:
/// <para>
/// Disabling and deleting are done when Okta shows the account so, not when it has taken the call: a deactivation goes on after the
/// answer. A prepared account is STAGED. 429 has no <c>Retry-After</c> here: the wait is until the reset that its headers say, and calls
/// stop before a limit is used up. 401 and what no one may do is <see cref="Outcome.Stop"/>, what may not be done to one account or group
/// is <see cref="Outcome.Rejected"/>.
/// </para>
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/"/>
/// </summary>
public sealed class OktaTarget : ITarget
{
    private readonly OktaClient _client;
    private readonly OktaUsers _users;
    private readonly OktaGroups _groups;
    private readonly OktaAccessEnds _ends;
    private readonly OktaAccessReads _reads;
    private readonly OktaUse _use;
    private readonly OktaListing _listing;
    private readonly OktaProbe? _probe;

    /// <summary>Makes the target of options without faults.</summary>
    public OktaTarget(OktaTargetOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is [var first, ..])
            throw new ArgumentException($"{first.Path}: {first.Message}", nameof(options));
        Pace = new CallPace(options.RateReservePercent, clock);
        _client = new OktaClient(options, Pace, clock);
        var search = new OktaSearch(_client, options.CorrelationAttribute);
        _users = new OktaUsers(_client, search, options, clock);
        _groups = new OktaGroups(_client, search, options, clock);
        var (holdings, lifecycle) = (new OktaHoldings(search), new OktaLifecycle(_client, options, clock));
        _ends = new OktaAccessEnds(_client, holdings, lifecycle);
        _reads = new OktaAccessReads(holdings, lifecycle);
        _use = new OktaUse(_client);
        _listing = new OktaListing(_client, search, new OktaProfile(options), options.Manager != OktaManager.LinkedObject, clock);
        var readsUse = options.ReadUse && OktaScopes.Cover(options, ["okta.logs.read"]);
        if (options.ServiceAccounts is { } found)
        {
            _probe = new OktaProbe(options);
            ServiceAccounts = new OktaServiceAccounts(_client, _probe, found, readsUse, clock);
        }

        Capabilities = new Capabilities
        {
            Disable = true,
            ReadsDisables = true,
            // Okta changes nothing of an account that is deactivated.
            ChangesDisabled = options.Disable == OktaDisabling.Suspend,
            Delete = options.Delete,
            Groups = options.Groups,
            FindByCorrelationKey = true,
            Revokes = OktaAccess.Revoked(options),
            ReadsAccess = OktaAccess.Read(options),
            Lists = Listing.Delta,
            TakesOver = (options.Match.Contains(OktaMatch.Login) ? Takeover.ByName : Takeover.None)
                | (options.Match.Contains(OktaMatch.Email) ? Takeover.ByAddress : Takeover.None),
            ReadsUse = readsUse,
            InFlight = options.InFlight,
            MembersPerCall = options.MembersPerCall,
        };
    }

    /// <inheritdoc/>
    public Capabilities Capabilities { get; }

    /// <inheritdoc/>
    public CallPace Pace { get; }

    /// <inheritdoc/>
    public IServiceAccountTarget? ServiceAccounts { get; }

    /// <inheritdoc/>
    public Task<Outcome> FindAsync(AccountKind kind, string correlationKey, CancellationToken cancel) =>
        kind == AccountKind.Group ? _groups.FindAsync(correlationKey, cancel) : _users.FindAsync(correlationKey, cancel);

    /// <inheritdoc/>
    public Task<(Outcome Outcome, ObservedAccount? Account)> GetAsync(AccountKind kind, string remoteId, CancellationToken cancel) =>
        kind == AccountKind.Group ? _groups.GetAsync(remoteId, cancel) : _users.GetAsync(remoteId, cancel);

    /// <inheritdoc/>
    public Task<Outcome> CreateAsync(DesiredAccount account, CancellationToken cancel) =>
        account.Kind == AccountKind.Group ? _groups.CreateAsync(account, cancel) : _users.CreateAsync(account, cancel);

    /// <inheritdoc/>
    public Task<Outcome> UpdateAsync(
        AccountKind kind, string remoteId, IReadOnlyList<AttributeChange> changes, bool? active, CancellationToken cancel)
    {
        if (changes.Count == 0 && (active is null || kind == AccountKind.Group))
            return Task.FromResult<Outcome>(new Outcome.Done(remoteId));
        return kind == AccountKind.Group
            ? _groups.UpdateAsync(remoteId, changes, cancel)
            : _users.UpdateAsync(remoteId, changes, active, cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome> DeleteAsync(AccountKind kind, string remoteId, CancellationToken cancel) =>
        kind == AccountKind.Group ? _groups.DeleteAsync(remoteId, cancel) : _users.DeleteAsync(remoteId, cancel);

    /// <inheritdoc/>
    public Task<Outcome> ChangeMembersAsync(
        string remoteGroupId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel) =>
        _groups.ChangeMembersAsync(remoteGroupId, add, remove, cancel);

    /// <inheritdoc/>
    public Task<(Outcome Outcome, AccountPage? Page)> ListAsync(AccountKind kind, string? mark, string? at, CancellationToken cancel) =>
        kind == AccountKind.Group ? _listing.GroupsAsync(mark, at, cancel) : _listing.UsersAsync(mark, at, cancel);

    /// <inheritdoc/>
    public Task<(Outcome Outcome, string? Mark)> MarkAsync(AccountKind kind, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult<(Outcome, string?)>((new Outcome.Done(), _listing.Mark()));
    }

    /// <inheritdoc/>
    public Task<(Outcome Outcome, MemberPage? Page)> ListMembersAsync(string remoteGroupId, string? at, CancellationToken cancel) =>
        _listing.MembersAsync(remoteGroupId, at, cancel);

    /// <inheritdoc/>
    public ValueTask<JsonObject> ShownAsync(DesiredAccount account, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(account);
        return ValueTask.FromResult(account.Kind == AccountKind.Group ? OktaGroups.Shown(account.Attributes) : _users.Shown(account.Attributes));
    }

    /// <inheritdoc/>
    public Task<Outcome> RevokeAsync(AccessKind kind, string remoteId, CancellationToken cancel) => _ends.RevokeAsync(kind, remoteId, cancel);

    /// <inheritdoc/>
    public Task<(Outcome Outcome, AccessReading? Reading)> ReadAccessAsync(
        AccessKind kind, string remoteId, Instant since, CancellationToken cancel) => _reads.ReadAsync(kind, remoteId, cancel);

    /// <inheritdoc/>
    public Task<(Outcome Outcome, IReadOnlyList<AccessUse>? Uses)> ReadUseAsync(
        string remoteId, Instant from, Instant until, CancellationToken cancel) => _use.ReadAsync(remoteId, from, until, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _probe?.Dispose();
        _groups.Dispose();
        _client.Dispose();
    }
}
