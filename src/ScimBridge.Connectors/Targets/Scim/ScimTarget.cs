using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Delivers to any SCIM 2.0 service provider (RFC 7644), spoken to as the configuration, its dialect and it itself say. The correlation
/// key is written as <c>externalId</c>; an account is disabled by <c>active</c>. Besides the contract of <see cref="ITarget"/>:
/// <para>
/// A conflict at creation is <see cref="Outcome.Exists"/> with the id of the account that carries our key or is recognised otherwise, and
/// with null where a different account holds a name or address that must be unique. 429 is <see cref="Outcome.Retry"/> with
/// <c>Untouched</c>, as is a connection that was never made and a token that cannot be had now; 5xx, a time-out and a connection that
/// broke are not. 401, 403, a redirect, an untrusted certificate, a refused address and a client that the token service refuses are
/// <see cref="Outcome.Stop"/>.
/// </para>
/// </summary>
public sealed class ScimTarget : ITarget
{
    // Of a limit that the server shows, for those who leave.
    private const int ReservePercent = 3;

    private readonly ScimClient client;
    private readonly ScimDiscovery discovery;
    private readonly ScimSearch search;
    private readonly ScimMatcher matcher;
    private readonly ScimUpdates updates;
    private readonly ScimMembers members;
    private readonly ScimListing listing;
    private readonly ScimServiceAccounts? accounts;

    /// <summary>Makes the target of options without faults.</summary>
    public ScimTarget(ScimTargetOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is [var first, ..])
            throw new ArgumentException($"{first.Path}: {first.Message}", nameof(options));
        var dialect = ScimDialects.All[options.Dialect];
        ScimTraits[] known = [options, dialect.Traits];
        var switches = ScimSwitches.Of(known);
        Pace = new CallPace(ReservePercent, clock) { KnownLimit = dialect.CallsPerSecond };
        client = new ScimClient(options, switches, Pace, clock);
        discovery = new ScimDiscovery(client, known, options.Discover, clock);
        search = new ScimSearch(client);
        matcher = new ScimMatcher(search, options);
        updates = new ScimUpdates(client);
        members = new ScimMembers(client, updates);
        listing = new ScimListing(client);
        if (options.ServiceAccounts is { } found)
            accounts = new ScimServiceAccounts(client, discovery, updates, found, switches.Delete, options.AllowPrivateAddresses);
        Capabilities = new Capabilities
        {
            Disable = true,
            Delete = switches.Delete,
            Groups = switches.Groups,
            FindByCorrelationKey = true,
            ReadsAccess = switches.Groups ? new HashSet<AccessKind> { AccessKind.Memberships } : [],
            Lists = Listing.Full,
            TakesOver = (options.Match.Contains(ScimMatch.UserName) ? Takeover.ByName : Takeover.None)
                | (options.Match.Contains(ScimMatch.Emails) ? Takeover.ByAddress : Takeover.None),
            InFlight = options.InFlight,
            MembersPerCall = switches.MembersPerCall,
        };
    }

    /// <inheritdoc/>
    public Capabilities Capabilities { get; }

    /// <inheritdoc/>
    public CallPace Pace { get; }

    /// <inheritdoc/>
    public IServiceAccountTarget? ServiceAccounts => accounts;

    /// <inheritdoc/>
    public async Task<Outcome> FindAsync(AccountKind kind, string correlationKey, CancellationToken cancel) =>
        await search.FindAsync(await discovery.SwitchesAsync(cancel), kind, correlationKey, cancel);

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, ObservedAccount? Account)> GetAsync(AccountKind kind, string remoteId, CancellationToken cancel)
    {
        var switches = await discovery.SwitchesAsync(cancel);
        var lean = kind == AccountKind.Group ? "?excludedAttributes=members" : "";
        var reply = await client.SendAsync(HttpMethod.Get, switches.Path(kind, remoteId) + lean, default, cancel);
        if (reply.Failure is { } failure)
            return (failure, null);
        return reply.Body is { } body && ScimListing.Of(kind, body) is { } account
            ? (new Outcome.Done(account.RemoteId), account)
            : (new Outcome.Retry(null, $"GET {switches.Path(kind)}: {reply.Status}, and no resource in at most 1 MiB of JSON."), null);
    }

    /// <inheritdoc/>
    public async Task<Outcome> CreateAsync(DesiredAccount account, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(account);
        var switches = await discovery.SwitchesAsync(cancel);
        var collection = switches.Path(account.Kind);
        if (account.Kind == AccountKind.Group && !switches.Groups)
            return ScimFailures.NoGroups($"POST {collection}");
        var (fitting, refused) = new ScimFit(switches).Of(account, $"POST {collection}");
        if (refused is not null)
            return refused;

        // Who has a different user name by now would not be noticed by a conflict.
        if (await matcher.FindAsync(switches, fitting, cancel) is { } known)
            return await TakeAsync(switches, account, known, cancel);
        var reply = await client.SendAsync(HttpMethod.Post, collection, ScimBodies.Resource(fitting), cancel);
        if (reply.IsGone)
        {
            return reply.IsScim
                ? new Outcome.Rejected($"POST {collection}: {reply.Status}. The account refers to something that the target does not have.")
                : ScimFailures.NoCollection($"POST {collection}", reply.Status, account.Kind);
        }

        if (reply.IsConflict)
        {
            return await matcher.FindHolderAsync(switches, fitting, cancel) is { } holder
                ? await TakeAsync(switches, account, holder, cancel)
                : new Outcome.Exists(null);
        }

        if (reply.Failure is { } failure)
            return failure;
        if (ScimJson.Text(reply.Body, "id") is { } id)
            return new Outcome.Done(id);

        // Done, says the status; what was made, only a search can tell.
        return await search.FindAsync(switches, account.Kind, account.CorrelationKey, cancel) switch
        {
            Outcome.Exists { RemoteId: { } found } => new Outcome.Done(found),
            Outcome.Gone => new Outcome.Retry(
                null, $"POST {collection}: {reply.Status} without an id, and the account is not found by externalId."),
            Outcome.Retry retry => retry with { Untouched = false },
            var other => other,
        };
    }

    /// <inheritdoc/>
    public async Task<Outcome> UpdateAsync(
        AccountKind kind, string remoteId, IReadOnlyList<AttributeChange> changes, bool? active, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var wanted = kind == AccountKind.User ? active : null;
        if (changes.Count == 0 && wanted is null)
            return new Outcome.Done(remoteId);
        var switches = await discovery.SwitchesAsync(cancel);
        var (fitting, refused) = new ScimFit(switches).Of(kind, changes, $"PATCH {switches.Path(kind)}");
        if (refused is not null && wanted != false)
            return refused;

        // Whatever becomes of the rest, one who is to be shut out is shut out.
        var outcome = fitting.Count == 0 && wanted is null
            ? new Outcome.Done(remoteId)
            : await updates.ApplyAsync(switches, kind, remoteId, fitting, wanted, cancel);
        return outcome is Outcome.Done ? refused ?? outcome : outcome;
    }

    /// <inheritdoc/>
    public async Task<Outcome> DeleteAsync(AccountKind kind, string remoteId, CancellationToken cancel)
    {
        var switches = await discovery.SwitchesAsync(cancel);
        var reply = await client.SendAsync(HttpMethod.Delete, switches.Path(kind, remoteId), default, cancel, wantsAnswer: false);
        return reply.IsGone ? new Outcome.Done(remoteId) : reply.Failure ?? new Outcome.Done(remoteId);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ChangeMembersAsync(
        string remoteGroupId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(remove);
        if (add.Count == 0 && remove.Count == 0)
            return new Outcome.Done(remoteGroupId);
        var switches = await discovery.SwitchesAsync(cancel);
        return switches.Groups
            ? await members.ChangeAsync(switches, remoteGroupId, add, remove, cancel)
            : ScimFailures.NoGroups($"PATCH {switches.GroupsPath}");
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, IReadOnlySet<string>? Members)> ReadMembersAsync(string remoteGroupId, CancellationToken cancel)
    {
        var switches = await discovery.SwitchesAsync(cancel);
        if (!switches.ReturnsMembers)
            return (new Outcome.Done(remoteGroupId), null);
        var reply = await client.SendAsync(
            HttpMethod.Get, switches.Path(AccountKind.Group, remoteGroupId) + "?attributes=members", default, cancel);
        if (reply.Failure is { } failure)
            return (failure, null);

        // A group of very many members is not read like that; what is no JSON is no answer.
        if (reply.Body is not { } body)
            return (reply.IsTooLong ? new Outcome.Done(remoteGroupId) : new Outcome.Retry(null, $"GET Groups: {reply.Status}, and no JSON."), null);
        var shown = (ScimJson.Get(body, "members") as JsonArray ?? []).OfType<JsonObject>().Select(m => ScimJson.Text(m, "value"));
        return (new Outcome.Done(remoteGroupId), shown.OfType<string>().ToHashSet(StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, AccountPage? Page)> ListAsync(AccountKind kind, string? mark, string? at, CancellationToken cancel) => mark is null
        ? await listing.ListAsync(await discovery.SwitchesAsync(cancel), kind, at, cancel)
        : throw new NotSupportedException("SCIM has no listing of changes.");

    /// <inheritdoc/>
    public async ValueTask<JsonObject> ShownAsync(DesiredAccount account, CancellationToken cancel)
    {
        var shown = new ScimFit(await discovery.SwitchesAsync(cancel)).Of(account, "").Account.Attributes;

        // It is never returned (RFC 7643 section 4.1.1).
        shown.Remove("password");
        return shown;
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, AccessReading? Reading)> ReadAccessAsync(
        AccessKind kind, string remoteId, Instant since, CancellationToken cancel) => kind == AccessKind.Memberships
        ? await new ScimAccessReads(client, await discovery.SwitchesAsync(cancel)).MembershipsAsync(remoteId, cancel)
        : throw new NotSupportedException($"SCIM shows no {kind}.");

    /// <inheritdoc/>
    public void Dispose()
    {
        accounts?.Dispose();
        discovery.Dispose();
        client.Dispose();
    }

    /// <summary>An account that was found: one of ours as it is, one without a key with ours written on it.</summary>
    private async Task<Outcome> TakeAsync(ScimSwitches switches, DesiredAccount account, ScimMatcher.Match match, CancellationToken cancel)
    {
        if (match.Unowned is not { } id)
            return match.Outcome;
        var key = new AttributeChange(null, "externalId", account.CorrelationKey);
        return await updates.ApplyAsync(switches, account.Kind, id, [key], active: null, cancel) switch
        {
            Outcome.Done => new Outcome.Exists(id),
            Outcome.Gone => new Outcome.Retry(null, $"{switches.Path(account.Kind)}: 404. The account that was found is gone."),
            var failure => failure,
        };
    }
}
