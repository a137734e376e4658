using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Delivers to any SCIM 2.0 service provider that takes PATCH (RFC 7644). The correlation key is written as <c>externalId</c>; an account
/// is disabled by <c>active</c>. Besides the contract of <see cref="ITarget"/>:
/// <para>
/// A conflict at creation is <see cref="Outcome.Exists"/> with the id of the account that carries our key, and with null where a different
/// account holds a name or address that must be unique. 429 is <see cref="Outcome.Retry"/> with <c>Untouched</c>, as is a connection
/// that was never made; 5xx, a time-out and a connection that broke are not. 401, 403, a redirect, an untrusted certificate and a
/// refused address are <see cref="Outcome.Stop"/>.
/// </para>
/// </summary>
public sealed class ScimTarget : ITarget
{
    private static readonly string[] NotAttributes = ["schemas", "id", "externalId", "meta", "active", "members"];

    // Of a limit that the server shows, for those who leave.
    private const int ReservePercent = 3;

    private readonly ScimClient client;
    private readonly ScimSearch search;

    /// <summary>Makes the target of options without faults.</summary>
    public ScimTarget(ScimTargetOptions options, TimeProvider clock)
    {
        if (options.Faults() is [var first, ..])
            throw new ArgumentException($"{first.Path}: {first.Message}", nameof(options));
        Pace = new CallPace(ReservePercent, clock);
        client = new ScimClient(options, Pace, clock);
        search = new ScimSearch(client);
        Capabilities = new Capabilities
        {
            Disable = true,
            Delete = true,
            Groups = options.Groups,
            FindByCorrelationKey = true,
            ReadsAccess = options.Groups ? new HashSet<AccessKind> { AccessKind.Memberships } : [],
            InFlight = options.InFlight,
            MembersPerCall = options.MembersPerCall,
        };
    }

    /// <inheritdoc/>
    public Capabilities Capabilities { get; }

    /// <inheritdoc/>
    public CallPace Pace { get; }

    /// <inheritdoc/>
    public Task<Outcome> FindAsync(AccountKind kind, string correlationKey, CancellationToken cancel) =>
        search.FindAsync(kind, correlationKey, cancel);

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, ObservedAccount? Account)> GetAsync(AccountKind kind, string remoteId, CancellationToken cancel)
    {
        var collection = ScimSchemas.Collection(kind);
        var lean = kind == AccountKind.Group ? "?excludedAttributes=members" : "";
        var reply = await client.SendAsync(HttpMethod.Get, Resource(kind, remoteId) + lean, default, cancel);
        if (reply.Failure is { } failure)
            return (failure, null);
        if (reply.Body is not { } body || ScimJson.Text(body, "id") is not { } id)
            return (new Outcome.Retry(null, $"GET {collection}: {reply.Status}, and no resource in at most 1 MiB of JSON."), null);

        var (externalId, active) = (ScimJson.Text(body, "externalId"), ScimJson.Truth(body, "active"));
        foreach (var (name, _) in body.ToList())
        {
            if (NotAttributes.Contains(name, StringComparer.OrdinalIgnoreCase))
                body.Remove(name);
        }

        return (new Outcome.Done(id), new ObservedAccount(kind, id, externalId, kind == AccountKind.User ? active : null, body));
    }

    /// <inheritdoc/>
    public async Task<Outcome> CreateAsync(DesiredAccount account, CancellationToken cancel)
    {
        var collection = ScimSchemas.Collection(account.Kind);
        var reply = await client.SendAsync(HttpMethod.Post, collection, ScimBodies.Resource(account), cancel);
        if (reply.IsGone)
        {
            return reply.IsScim
                ? new Outcome.Rejected($"POST {collection}: {reply.Status}. The account refers to something that the target does not have.")
                : ScimFailures.NoCollection($"POST {collection}", reply.Status, account.Kind);
        }

        if (reply.IsConflict)
        {
            var holder = await search.FindAsync(account.Kind, account.CorrelationKey, cancel);
            return holder is Outcome.Gone ? new Outcome.Exists(null) : holder;
        }

        if (reply.Failure is { } failure)
            return failure;
        if (ScimJson.Text(reply.Body, "id") is { } id)
            return new Outcome.Done(id);

        // Done, says the status; what was made, only a search can tell.
        return await search.FindAsync(account.Kind, account.CorrelationKey, cancel) switch
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
        var wanted = kind == AccountKind.User ? active : null;
        if (changes.Count == 0 && wanted is null)
            return new Outcome.Done(remoteId);

        var reply = await client.SendAsync(HttpMethod.Patch, Resource(kind, remoteId), ScimBodies.Patch(changes, wanted), cancel);
        if (reply.Failure is { } failure)
            return failure;
        if (wanted is not null && ScimJson.Truth(reply.Body, "active") is { } said && said != wanted)
        {
            var still = said ? "active" : "disabled";
            return new Outcome.Retry(null, $"PATCH {ScimSchemas.Collection(kind)}: {reply.Status}, but by the answer it is still {still}.");
        }

        return new Outcome.Done(ScimJson.Text(reply.Body, "id") ?? remoteId);
    }

    /// <inheritdoc/>
    public async Task<Outcome> DeleteAsync(AccountKind kind, string remoteId, CancellationToken cancel)
    {
        var reply = await client.SendAsync(HttpMethod.Delete, Resource(kind, remoteId), default, cancel, wantsAnswer: false);
        return reply.IsGone ? new Outcome.Done(remoteId) : reply.Failure ?? new Outcome.Done(remoteId);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ChangeMembersAsync(
        string remoteGroupId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel)
    {
        if (add.Count == 0 && remove.Count == 0)
            return new Outcome.Done(remoteGroupId);

        var reply = await PatchMembersAsync(remoteGroupId, add, remove, cancel);
        if (reply.IsOfType("noTarget") && remove.Count > 0)
            return await OneByOneAsync(remoteGroupId, add, remove, cancel);
        return reply.Failure ?? new Outcome.Done(remoteGroupId);
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, IReadOnlySet<string>? Members)> ReadMembersAsync(string remoteGroupId, CancellationToken cancel)
    {
        var reply = await client.SendAsync(HttpMethod.Get, Resource(AccountKind.Group, remoteGroupId) + "?attributes=members", default, cancel);
        if (reply.Failure is { } failure)
            return (failure, null);

        // A group of very many members is not read like that; what is no JSON is no answer.
        if (reply.Body is not { } body)
            return (reply.IsTooLong ? new Outcome.Done(remoteGroupId) : new Outcome.Retry(null, $"GET Groups: {reply.Status}, and no JSON."), null);
        var members = (ScimJson.Get(body, "members") as JsonArray ?? []).OfType<JsonObject>().Select(m => ScimJson.Text(m, "value"));
        return (new Outcome.Done(remoteGroupId), members.OfType<string>().ToHashSet(StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public Task<(Outcome Outcome, AccessReading? Reading)> ReadAccessAsync(
        AccessKind kind, string remoteId, Instant since, CancellationToken cancel) => kind == AccessKind.Memberships
        ? new ScimAccessReads(client).MembershipsAsync(remoteId, cancel)
        : throw new NotSupportedException($"SCIM shows no {kind}.");

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>
    /// Some servers refuse the whole request with noTarget where one who is to leave is not in. Alone, that answer means what was wanted.
    /// </summary>
    private async Task<Outcome> OneByOneAsync(
        string remoteGroupId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel)
    {
        foreach (var member in remove)
        {
            var removal = await PatchMembersAsync(remoteGroupId, [], [member], cancel);
            if (removal.Failure is { } failure && !removal.IsOfType("noTarget"))
                return failure is Outcome.Retry retry ? retry with { Untouched = false } : failure;
        }

        return add.Count == 0
            ? new Outcome.Done(remoteGroupId)
            : (await PatchMembersAsync(remoteGroupId, add, [], cancel)).Failure ?? new Outcome.Done(remoteGroupId);
    }

    private Task<ScimReply> PatchMembersAsync(
        string remoteGroupId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel) =>
        client.SendAsync(
            HttpMethod.Patch, Resource(AccountKind.Group, remoteGroupId), ScimBodies.Members(add, remove), cancel, wantsAnswer: false);

    private static string Resource(AccountKind kind, string remoteId) => $"{ScimSchemas.Collection(kind)}/{Uri.EscapeDataString(remoteId)}";
}
