using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Delivers to a Microsoft Entra tenant through Microsoft Graph. The correlation key is written into an extension of users, and is the
/// <c>uniqueName</c> of groups. Besides the contract of <see cref="ITarget"/>:
/// <para>
/// One whose account is disabled has their sessions revoked after that. A 404 for what was made a moment ago is
/// <see cref="Outcome.Retry"/>, because replicas lag behind. A user who was deleted within 30 days is restored and not made anew. What
/// comes from an on-premises directory is <see cref="Outcome.Rejected"/>, and so is what the app may not do to one account or group;
/// a token that is refused, and what the app may do to nobody, is <see cref="Outcome.Stop"/>.
/// </para>
/// <see href="https://learn.microsoft.com/en-us/graph/api/overview"/>
/// </summary>
public sealed class EntraTarget : ITarget
{
    private readonly EntraClient _client;
    private readonly EntraUsers _users;
    private readonly EntraGroups _groups;
    private readonly EntraAccessEnds _ends;
    private readonly EntraAccessReads _reads;
    private readonly EntraSignIns _signIns;
    private readonly EntraListing _listing;
    private readonly EntraDirectory? _directory;
    private readonly EntraProbe? _probe;

    /// <summary>Makes the target of options without faults.</summary>
    public EntraTarget(EntraTargetOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is [var first, ..])
            throw new ArgumentException($"{first.Path}: {first.Message}", nameof(options));
        Pace = new CallPace(EntraClient.ReservePercent, clock);
        _client = new EntraClient(options, Pace, clock);
        var recent = new EntraRecent(clock);
        _users = new EntraUsers(_client, recent, options);
        _groups = new EntraGroups(_client, recent, clock);
        var holdings = new EntraHoldings(_client, _users);
        _ends = new EntraAccessEnds(_client, holdings, _users);
        _reads = new EntraAccessReads(_client, holdings, _users, clock);
        _signIns = new EntraSignIns(holdings);
        _listing = new EntraListing(_client, _users, options.Manager);
        if (options.ServiceAccounts is { } found)
        {
            (_directory, _probe) = (new EntraDirectory(_client), new EntraProbe(options));
            ServiceAccounts = new EntraServiceAccounts(_client, _directory, _probe, found);
        }

        Capabilities = new Capabilities
        {
            Disable = true,
            Delete = options.Delete,
            Groups = options.Groups,
            FindByCorrelationKey = true,
            Revokes = options.Revoke.ToHashSet(),
            ReadsAccess = options.Revoke.Append(AccessKind.Memberships).ToHashSet(),
            ReadsUse = options.ReadUse,
            Lists = Listing.Delta,
            TakesOver = !options.Match.Contains(EntraMatch.UserPrincipalName) ? Takeover.None
                : options.TakeOverByMail ? Takeover.ByName | Takeover.ByAddress
                : Takeover.ByName,
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
        mark is not null ? _listing.ChangesAsync(kind, mark, at, cancel)
        : kind == AccountKind.Group ? _listing.GroupsAsync(at, cancel)
        : _listing.UsersAsync(at, cancel);

    /// <inheritdoc/>
    public Task<(Outcome Outcome, string? Mark)> MarkAsync(AccountKind kind, CancellationToken cancel) => _listing.MarkAsync(kind, cancel);

    /// <inheritdoc/>
    public Task<(Outcome Outcome, MemberPage? Page)> ListMembersAsync(string remoteGroupId, string? at, CancellationToken cancel) =>
        _listing.MembersAsync(remoteGroupId, at, cancel);

    /// <inheritdoc/>
    public ValueTask<JsonObject> ShownAsync(DesiredAccount account, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(account);
        return ValueTask.FromResult(account.Kind == AccountKind.Group ? EntraGroups.Shown(account.Attributes) : _users.Shown(account.Attributes));
    }

    /// <inheritdoc/>
    public Task<Outcome> RevokeAsync(AccessKind kind, string remoteId, CancellationToken cancel) => _ends.RevokeAsync(kind, remoteId, cancel);

    /// <inheritdoc/>
    public Task<(Outcome Outcome, AccessReading? Reading)> ReadAccessAsync(
        AccessKind kind, string remoteId, Instant since, CancellationToken cancel) => _reads.ReadAsync(kind, remoteId, since, cancel);

    /// <inheritdoc/>
    public Task<(Outcome Outcome, IReadOnlyList<AccessUse>? Uses)> ReadUseAsync(
        string remoteId, Instant from, Instant until, CancellationToken cancel) => _signIns.ReadAsync(remoteId, from, until, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _probe?.Dispose();
        _directory?.Dispose();
        _client.Dispose();
    }
}
