using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Probes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Users of a SCIM target that are no people. SCIM has no word for whose they are or what they prove themselves with: the manager is taken
/// for the owner, and of credentials there is the password, which can be set and is never shown. Every resource that a search brings is
/// looked at, as some servers answer a filter that they do not know with everybody.
/// </summary>
internal sealed class ScimServiceAccounts : IServiceAccountTarget, IDisposable
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private readonly ScimClient client;
    private readonly ScimDiscovery discovery;
    private readonly ScimUpdates updates;
    private readonly List<(ScimServiceAccountRule Rule, ScimPath Path)> rules;
    private readonly SecretProbe probe;
    private readonly Uri? probeUrl;

    public ScimServiceAccounts(
        ScimClient client, ScimDiscovery discovery, ScimUpdates updates, ScimServiceAccountOptions options, bool deletes, bool allowPrivateAddresses)
    {
        (this.client, this.discovery, this.updates) = (client, discovery, updates);
        probe = new SecretProbe(allowPrivateAddresses);
        probeUrl = options.ProbeUrl is { } url ? new Uri(url) : null;
        rules = [.. options.Find.Select(rule => (rule, ScimPath.Parse(rule.Attribute!)!.Value))];
        var kinds = options.Find.Select(rule => rule.Kind).ToHashSet();
        HashSet<CredentialType> passwords = [CredentialType.Password];
        Capabilities = new ServiceAccountCapabilities
        {
            Finds = kinds,
            Disables = options.Change ? kinds : [],
            Deletes = options.Change && deletes ? kinds : [],
            WritesOwners = options is { Change: true, Owners: true } ? kinds : [],
            HoldsOneOwner = true,
            Replaces = options is { Change: true, Passwords: true } ? passwords : [],
            Probes = probeUrl is null ? [] : passwords,
        };
    }

    public ServiceAccountCapabilities Capabilities { get; }

    public async Task<(Outcome Outcome, FoundPage? Page)> ListAsync(string? next, CancellationToken cancel)
    {
        var switches = await discovery.SwitchesAsync(cancel);
        var place = Place.Parse(next);
        if (place.Rule >= rules.Count)
            return (new Outcome.Gone(), null);
        var (rule, path) = rules[place.Rule];
        var isFiltered = !place.IsScan && switches.Filters(AccountKind.User, rule.Attribute!);
        var query = string.Join('&', new[]
        {
            isFiltered ? $"filter={Uri.EscapeDataString($"{rule.Attribute} eq {ScimBodies.Quoted(rule.Value!)}")}" : "",
            switches.Paging switch
            {
                ScimPaging.Index => string.Create(CultureInfo.InvariantCulture, $"startIndex={place.Read + 1}&count={switches.PageSize}"),
                ScimPaging.Cursor => string.Create(CultureInfo.InvariantCulture, $"cursor={Uri.EscapeDataString(place.Cursor)}&count={switches.PageSize}"),
                _ => "",
            },
        }.Where(part => part.Length > 0));
        var reply = await client.SendAsync(HttpMethod.Get, query.Length == 0 ? switches.UsersPath : $"{switches.UsersPath}?{query}", default, cancel);
        if (isFiltered && reply.IsFilterRefused)
            return (new Outcome.Done(), new FoundPage([], new Place(place.Rule, 0, "", IsScan: true).ToString()));
        if (reply.IsOfType("invalidCursor") || reply.IsOfType("expiredCursor"))
            return (new Outcome.Gone(), null);
        if (reply.Failure is { } failure)
            return (failure is Outcome.Gone ? ScimFailures.NoCollection($"GET {switches.UsersPath}", reply.Status, AccountKind.User) : failure, null);
        if (ScimJson.Get(reply.Body, "Resources") is not JsonArray && ScimJson.Number(reply.Body, "totalResults") != 0)
            return (new Outcome.Retry(null, $"GET {switches.UsersPath}: {reply.Status}, and no list of resources in at most 1 MiB of JSON."), null);
        var resources = (ScimJson.Get(reply.Body, "Resources") as JsonArray ?? []).OfType<JsonObject>().ToList();
        var read = place.Read + resources.Count;
        var following = switches.Paging switch
        {
            ScimPaging.Index when resources.Count > 0 && read < (ScimJson.Number(reply.Body, "totalResults") ?? 0) => place with { Read = read },
            ScimPaging.Cursor when ScimJson.Text(reply.Body, "nextCursor") is { } cursor => place with { Cursor = cursor },
            _ => place.Rule + 1 < rules.Count ? new Place(place.Rule + 1, 0, "", IsScan: false) : null,
        };
        return (new Outcome.Done(), new FoundPage([.. resources.Where(r => RuleOf(r) == rule).Select(r => Found(r, rule.Kind)).OfType<FoundAccount>()], following?.ToString()));
    }

    public async Task<(Outcome Outcome, FoundAccount? Account)> ReadAsync(ServiceAccountKind kind, string remoteId, CancellationToken cancel)
    {
        var (resource, failure) = await ResourceAsync(remoteId, cancel);
        if (resource is null)
            return (failure!, null);
        return Found(resource, kind) is { } account ? (new Outcome.Done(remoteId), account) : (new Outcome.Retry(null, "GET Users: a resource without an id."), null);
    }

    public async Task<Outcome> SetEnabledAsync(ServiceAccountKind kind, string remoteId, bool enabled, CancellationToken cancel) =>
        await updates.ApplyAsync(await discovery.SwitchesAsync(cancel), AccountKind.User, remoteId, [], enabled, cancel);

    public async Task<Outcome> DeleteAsync(ServiceAccountKind kind, string remoteId, CancellationToken cancel)
    {
        var switches = await discovery.SwitchesAsync(cancel);
        var reply = await client.SendAsync(HttpMethod.Delete, switches.Path(AccountKind.User, remoteId), default, cancel, wantsAnswer: false);
        return reply.IsGone ? new Outcome.Done(remoteId) : reply.Failure ?? new Outcome.Done(remoteId);
    }

    public Task<(Outcome Outcome, NewCredential? Credential)> AddCredentialAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, string name, Instant? notAfter, CancellationToken cancel) =>
        throw new NotSupportedException($"SCIM does not declare that a {type} can be added.");

    public async Task<Outcome> ReplaceCredentialAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, Secret secret, CancellationToken cancel) => await updates.ApplyAsync(
        await discovery.SwitchesAsync(cancel), AccountKind.User, remoteId, [new AttributeChange(null, "password", secret.Reveal())], active: null, cancel);

    public Task<Outcome> RemoveCredentialAsync(ServiceAccountKind kind, string remoteId, string keyId, CancellationToken cancel) =>
        throw new NotSupportedException("SCIM does not declare that a credential can be removed.");

    public async Task<Outcome> ChangeOwnersAsync(
        ServiceAccountKind kind, string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel)
    {
        var (resource, failure) = await ResourceAsync(remoteId, cancel);
        if (resource is null)
            return failure!;
        var owners = Found(resource, kind)?.OwnerIds ?? [];
        if (owners.Any(add.Contains))
            return new Outcome.Done(remoteId);
        if (add.Count == 0)
            return owners.Any(remove.Contains) ? new Outcome.Rejected("The last owner stays.") : new Outcome.Done(remoteId);
        if (owners.Any(o => !remove.Contains(o)))
            return new Outcome.Rejected("There is room for one owner, and the one there is stays.");
        // A server need not look whether there is such a user (RFC 7643 section 4.3).
        var next = add.First();
        var (_, unknown) = await ResourceAsync(next, cancel);
        return unknown ?? await updates.ApplyAsync(
            await discovery.SwitchesAsync(cancel), AccountKind.User, remoteId, [new AttributeChange(Enterprise, "manager", new JsonObject { ["value"] = next })], active: null, cancel);
    }

    public Task<Outcome> ChangeSponsorsAsync(
        ServiceAccountKind kind, string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel) =>
        throw new NotSupportedException("SCIM does not declare that sponsors can be changed.");

    public async Task<(Outcome Outcome, ProbeAnswer? Answer)> ProbeAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, Secret secret, CancellationToken cancel)
    {
        const string Call = "use of the password";
        var (resource, unread) = await ResourceAsync(remoteId, cancel);
        if (resource is null)
            return (unread!, null);
        using var request = new HttpRequestMessage(HttpMethod.Get, probeUrl);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ScimJson.Text(resource, "userName")}:{secret.Reveal()}")));
        var (status, _, failure) = await probe.SendAsync(Call, request, cancel);
        if (failure is not null)
            return (failure, null);
        return status switch
        {
            >= 200 and <= 299 => (new Outcome.Done(), ProbeAnswer.Accepted),
            401 or 403 => (new Outcome.Done(), ProbeAnswer.Refused),
            _ => (new Outcome.Retry(null, $"{Call}: {status}, which says nothing of the password."), null),
        };
    }

    public void Dispose() => probe.Dispose();

    private static FoundAccount? Found(JsonObject resource, ServiceAccountKind kind)
    {
        if (ScimJson.Text(resource, "id") is not { } id)
            return null;
        var manager = ScimJson.Get(ScimJson.Get(resource, Enterprise) as JsonObject, "manager");
        return new FoundAccount(kind, id, ScimJson.Text(resource, "displayName") ?? ScimJson.Text(resource, "userName") ?? id)
        {
            OwnerIds = ScimJson.Text(manager as JsonObject, "value") is { } owner ? [owner] : [],
            IsEnabled = ScimJson.Truth(resource, "active"),
            CreatedAt = ScimJson.Text(ScimJson.Get(resource, "meta") as JsonObject, "created") is { } created
                && OffsetDateTimePattern.ExtendedIso.Parse(created) is { Success: true } time ? time.Value.ToInstant() : null,
        };
    }

    private ScimServiceAccountRule? RuleOf(JsonObject resource) => rules.Find(r => string.Equals(Value(resource, r.Path), r.Rule.Value, StringComparison.OrdinalIgnoreCase)).Rule;

    private static string? Value(JsonObject resource, ScimPath path) =>
        path.Read(ScimJson.Get(path.Schema is null ? resource : ScimJson.Get(resource, path.Schema) as JsonObject, path.Name))?.ToString();

    private async Task<(JsonObject? Resource, Outcome? Failure)> ResourceAsync(string remoteId, CancellationToken cancel)
    {
        var switches = await discovery.SwitchesAsync(cancel);
        var reply = await client.SendAsync(HttpMethod.Get, switches.Path(AccountKind.User, remoteId), default, cancel);
        if (reply.Failure is { } failure)
            return (null, failure);
        return reply.Body is { } body && ScimJson.Text(body, "id") is not null
            ? (body, null)
            : (null, new Outcome.Retry(null, $"GET {switches.UsersPath}: {reply.Status}, and no resource in at most 1 MiB of JSON."));
    }

    /// <summary>Where a run through the target is: at which rule, how far, and whether everybody is read because the filter is refused.</summary>
    private sealed record Place(int Rule, int Read, string Cursor, bool IsScan)
    {
        public static Place Parse(string? text) =>
            text?.Split(' ', 4) is [var rule, var read, var scan, var cursor] && int.TryParse(rule, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && int.TryParse(read, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? new Place(at, count, cursor, scan == "all")
                : new Place(0, 0, "", IsScan: false);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rule} {Read} {(IsScan ? "all" : "some")} {Cursor}");
    }
}
