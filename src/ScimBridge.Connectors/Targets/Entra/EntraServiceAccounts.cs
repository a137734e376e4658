using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Kiota.Abstractions;
using NodaTime;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// The applications, agent identities and managed identities of a tenant. An application is known by its object id; whether it may ask for
/// tokens is a matter of its service principal. Agent identities and managed identities have no credentials that anybody could know.
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/applications-api-overview"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/agentidentity"/>
/// </summary>
internal sealed class EntraServiceAccounts : IServiceAccountTarget
{
    private const int PageSize = 20;

    private const string Applications = "applications";

    private const string Agents = "servicePrincipals/microsoft.graph.agentIdentity";

    private const string Principals = "servicePrincipals";

    private const string OfApplications = "id,appId,displayName,createdDateTime,passwordCredentials,keyCredentials";

    private const string OfPrincipals = "id,displayName,accountEnabled,servicePrincipalType,createdDateTime";

    private readonly EntraClient _client;
    private readonly EntraDirectory _directory;
    private readonly EntraProbe _probe;
    private readonly bool _readsUse;
    private readonly List<string> _stages;

    public EntraServiceAccounts(EntraClient client, EntraDirectory directory, EntraProbe probe, EntraServiceAccountOptions options)
    {
        (_client, _directory, _probe, _readsUse) = (client, directory, probe, options.ReadUse);
        _stages = [.. new[]
        {
            options.Applications ? Applications : null, options.AgentIdentities ? Agents : null, options.ManagedIdentities ? Principals : null,
        }.OfType<string>()];
        var kinds = new HashSet<ServiceAccountKind>();
        if (options.Applications)
            kinds.Add(ServiceAccountKind.AppRegistration);
        if (options.AgentIdentities)
            kinds.Add(ServiceAccountKind.AgentIdentity);
        if (options.ManagedIdentities)
            kinds.Add(ServiceAccountKind.ServiceAccount);
        HashSet<CredentialType> shown = options.Applications ? [CredentialType.ClientSecret, CredentialType.Key, CredentialType.Certificate] : [];
        HashSet<CredentialType> secrets = options.Applications ? [CredentialType.ClientSecret] : [];
        Capabilities = new ServiceAccountCapabilities
        {
            Finds = kinds,
            ShowsOwners = kinds,
            ShowsSponsors = kinds.Where(k => k == ServiceAccountKind.AgentIdentity).ToHashSet(),
            Lists = shown,
            ShowsUse = options.ReadUse ? shown : [],
            Probes = secrets,
            NamesCredentials = true,
            Disables = options.Change ? kinds : [],
            Deletes = options.Change ? [.. kinds.Where(k => k != ServiceAccountKind.ServiceAccount)] : new HashSet<ServiceAccountKind>(),
            WritesOwners = options.Change ? kinds : [],
            WritesSponsors = options.Change ? [.. kinds.Where(k => k == ServiceAccountKind.AgentIdentity)] : new HashSet<ServiceAccountKind>(),
            Adds = options.Change ? secrets : [],
            Removes = options.Change ? shown : [],
        };
    }

    public ServiceAccountCapabilities Capabilities { get; }

    public async Task<(Outcome Outcome, FoundPage? Page)> ListAsync(string? next, CancellationToken cancel)
    {
        var (stage, link) = next?.Split(' ', 2) is [var at, var rest] ? (at, rest) : (_stages[0], "");
        if (!_stages.Contains(stage))
            return (new Outcome.Gone(), null);
        var isApplications = stage == Applications;
        var first = _client.Address($"{stage}?$select={(isApplications ? OfApplications : OfPrincipals)}&$top={PageSize}");
        var info = new RequestInformation { HttpMethod = Method.GET, URI = first };
        var reply = link.Length == 0
            ? await _client.SendAsync($"GET {stage}", info, cancel)
            : await _client.NextAsync($"GET {stage}", first, link, info.Headers, cancel);
        if (reply.Failure is { } failure)
            return (failure is Outcome.Gone && link.Length == 0 ? EntraFailures.Unreadable($"GET {stage}", reply.Status) : failure, null);
        if (reply.Items() is not var (items, more))
            return (EntraFailures.Unreadable($"GET {stage}", reply.Status), null);
        var (accounts, unread) = await FilledAsync([.. items.Select(i => Shown(i, isApplications)).OfType<Seen>()], cancel);
        if (accounts is null)
            return (unread!, null);
        var following = _stages.IndexOf(stage) + 1;
        return (new Outcome.Done(), new FoundPage(accounts, more is not null ? $"{stage} {more}" : following < _stages.Count ? _stages[following] + " " : null));
    }

    public async Task<(Outcome Outcome, FoundAccount? Account)> ReadAsync(ServiceAccountKind kind, string remoteId, CancellationToken cancel)
    {
        var isApplication = kind == ServiceAccountKind.AppRegistration;
        var (item, failure) = await ItemAsync(kind, remoteId, cancel);
        if (item is null)
            return (failure!, null);
        if (Shown(item, isApplication) is not { } seen || seen.Account.Kind != kind)
            return (new Outcome.Gone(), null);
        var (accounts, unread) = await FilledAsync([seen], cancel);
        if (accounts is null)
            return (unread!, null);
        if (!_readsUse || seen.AppId is null)
            return (new Outcome.Done(remoteId), accounts[0]);
        var (uses, unknown) = await UsesAsync(seen.AppId, cancel);
        return uses is null ? (unknown!, null) : (new Outcome.Done(remoteId), accounts[0] with
        {
            LastUsedAt = uses.Count == 0 ? null : uses.Values.Max(),
            Credentials = [.. accounts[0].Credentials.Select(c => uses.TryGetValue(c.KeyId, out var at) ? c with { LastUsedAt = at } : c)],
        });
    }

    public async Task<Outcome> SetEnabledAsync(ServiceAccountKind kind, string remoteId, bool enabled, CancellationToken cancel)
    {
        if (kind != ServiceAccountKind.AppRegistration)
            return await _directory.SetEnabledAsync(remoteId, enabled, cancel);
        var (item, failure) = await ItemAsync(kind, remoteId, cancel);
        if (item is null)
            return failure!;
        var (principals, unread) = await PrincipalsAsync((string?)item["appId"] ?? "", cancel);
        if (principals is null)
            return unread!;
        // Without a service principal no token is handed out in this tenant.
        if (principals.Count == 0)
            return enabled ? new Outcome.Rejected("PATCH servicePrincipals/{id}: the application has no service principal here, and cannot be used.") : new Outcome.Done(remoteId);
        foreach (var principal in principals)
        {
            if (await _directory.SetEnabledAsync(principal.Id, enabled, cancel) is var set and not Outcome.Done)
                return set;
        }

        return new Outcome.Done(remoteId);
    }

    public async Task<Outcome> DeleteAsync(ServiceAccountKind kind, string remoteId, CancellationToken cancel)
    {
        var collection = Collection(kind);
        var info = new RequestInformation { HttpMethod = Method.DELETE, URI = new Uri(_client.AddressOf(collection, remoteId)) };
        var reply = await _client.SendAsync($"DELETE {collection}/{{id}}", info, cancel, isUrgent: true);
        return reply.IsGone ? new Outcome.Done(remoteId) : reply.Failure ?? new Outcome.Done(remoteId);
    }

    public async Task<(Outcome Outcome, NewCredential? Credential)> AddCredentialAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, string name, Instant? notAfter, CancellationToken cancel)
    {
        const string Call = "POST applications/{id}/addPassword";
        var password = new JsonObject { ["displayName"] = name };
        if (notAfter is { } end)
            password["endDateTime"] = end.ToDateTimeUtc().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var info = new RequestInformation { HttpMethod = Method.POST, URI = new Uri(_client.AddressOf(Applications, remoteId) + "/addPassword") };
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["passwordCredential"] = password }));
        info.SetStreamContent(content, "application/json");
        var reply = await _client.SendAsync(Call, info, cancel);
        if (reply.Failure is { } failure)
            return (failure, null);
        return reply.Text("keyId") is { } keyId && reply.Text("secretText") is { Length: > 0 } secret
            ? (new Outcome.Done(remoteId), new NewCredential(keyId, new Secret(secret)))
            : (EntraFailures.Unreadable(Call, reply.Status), null);
    }

    public Task<Outcome> ReplaceCredentialAsync(ServiceAccountKind kind, string remoteId, CredentialType type, Secret secret, CancellationToken cancel) =>
        throw new NotSupportedException($"Entra does not declare that a {type} can be replaced.");

    public Task<Outcome> RemoveCredentialAsync(ServiceAccountKind kind, string remoteId, string keyId, CancellationToken cancel) =>
        Guid.TryParse(keyId, out var id) ? _directory.RemoveCredentialAsync(remoteId, id, cancel) : Task.FromResult<Outcome>(new Outcome.Done(remoteId));

    public async Task<Outcome> ChangeOwnersAsync(
        ServiceAccountKind kind, string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel)
    {
        var what = kind == ServiceAccountKind.AppRegistration ? EntraObject.Application : EntraObject.ServicePrincipal;
        return await ChangeAsync(
            remoteId, add, remove, who => _directory.AddOwnerAsync(what, remoteId, who, cancel), who => _directory.RemoveOwnerAsync(what, remoteId, who, cancel));
    }

    public Task<Outcome> ChangeSponsorsAsync(
        ServiceAccountKind kind, string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel) => ChangeAsync(
        remoteId, add, remove, who => _directory.AddSponsorAsync(remoteId, who, cancel), who => _directory.RemoveSponsorAsync(remoteId, who, cancel));

    public async Task<(Outcome Outcome, ProbeAnswer? Answer)> ProbeAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, Secret secret, CancellationToken cancel)
    {
        var (item, failure) = await ItemAsync(kind, remoteId, cancel);
        return item is null ? (failure!, null) : await _probe.TryAsync((string?)item["appId"] ?? "", secret, cancel);
    }

    private static string Collection(ServiceAccountKind kind) => kind == ServiceAccountKind.AppRegistration ? Applications : Principals;

    private static async Task<Outcome> ChangeAsync(
        string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, Func<string, Task<Outcome>> adds, Func<string, Task<Outcome>> removes)
    {
        foreach (var (who, change) in add.Select(who => (who, adds)).Concat(remove.Except(add).Select(who => (who, removes))))
        {
            if (await change(who) is var outcome and not Outcome.Done)
                return outcome;
        }

        return new Outcome.Done(remoteId);
    }

    private async Task<(JsonObject? Item, Outcome? Failure)> ItemAsync(ServiceAccountKind kind, string remoteId, CancellationToken cancel)
    {
        var (collection, select) = kind == ServiceAccountKind.AppRegistration ? (Applications, OfApplications) : (Principals, OfPrincipals);
        var call = $"GET {collection}/{{id}}";
        var info = new RequestInformation { HttpMethod = Method.GET, URI = new Uri($"{_client.AddressOf(collection, remoteId)}?$select={select}") };
        var reply = await _client.SendAsync(call, info, cancel);
        if (reply.Failure is { } failure)
            return (null, failure);
        return reply.Object() is { } item && item["id"] is not null ? (item, null) : (null, EntraFailures.Unreadable(call, reply.Status));
    }

    private async Task<(List<(string Id, bool Enabled)>? Found, Outcome? Failure)> PrincipalsAsync(string appId, CancellationToken cancel)
    {
        const string Call = "GET servicePrincipals";
        var reply = await _client.SendAsync(Call, new RequestInformation { HttpMethod = Method.GET, URI = PrincipalsOf(appId) }, cancel);
        if (reply.Failure is { } failure)
            return (null, failure);
        return reply.Items() is var (items, _)
            ? ([.. items.Select(i => ((string?)i["id"] ?? "", (bool?)i["accountEnabled"] ?? true))], null)
            : (null, EntraFailures.Unreadable(Call, reply.Status));
    }

    private Uri PrincipalsOf(string appId) =>
        _client.Address($"{Principals}?$filter={Uri.EscapeDataString($"appId eq {EntraSearch.Quoted(appId)}")}&$select=id,accountEnabled");

    /// <summary>Who answers for them, and whether those that are applications may be used: some calls in one.</summary>
    private async Task<(List<FoundAccount>? Accounts, Outcome? Failure)> FilledAsync(List<Seen> seen, CancellationToken cancel)
    {
        var accounts = new List<FoundAccount>();
        foreach (var some in seen.Chunk(EntraClient.MostInBatch / 2))
        {
            var calls = some.SelectMany(s => CallsFor(s)).ToList();
            var (replies, failure) = await _client.BatchAsync(calls, cancel);
            if (replies is null)
                return (null, failure);
            foreach (var (one, i) in some.Select((s, i) => (s, i)))
            {
                var (owners, second) = (replies[2 * i], replies[(2 * i) + 1]);
                // What is gone since is not there.
                if (owners.IsGone || second.IsGone)
                    continue;
                if ((owners.Failure ?? second.Failure) is { } wrong)
                    return (null, wrong);
                if (owners.Items() is not var (people, _) || second.Items() is not var (others, _))
                    return (null, EntraFailures.Unreadable(calls[2 * i].Call, owners.Status));
                accounts.Add(one.Account with
                {
                    OwnerIds = Ids(people),
                    SponsorIds = one.Account.Kind == ServiceAccountKind.AgentIdentity ? Ids(others) : [],
                    IsEnabled = one.AppId is null ? one.Account.IsEnabled : others.Exists(p => (bool?)p["accountEnabled"] ?? true),
                });
            }
        }

        return (accounts, null);
    }

    private IEnumerable<(string Call, RequestInformation Info)> CallsFor(Seen seen)
    {
        var (kind, id) = (seen.Account.Kind, seen.Account.RemoteId);
        yield return Get($"{Collection(kind)}/{{id}}/owners", new Uri($"{_client.AddressOf(Collection(kind), id)}/owners?$select=id"));
        yield return kind switch
        {
            ServiceAccountKind.AppRegistration => Get(Principals, PrincipalsOf(seen.AppId!)),
            ServiceAccountKind.AgentIdentity => Get(
                "servicePrincipals/{id}/microsoft.graph.agentIdentity/sponsors", new Uri($"{_client.AddressOf(Principals, id)}/microsoft.graph.agentIdentity/sponsors?$select=id")),
            _ => Get(Principals, _client.Address($"{Principals}?$filter={Uri.EscapeDataString($"id eq {EntraSearch.Quoted(id)}")}&$select=id")),
        };

        static (string, RequestInformation) Get(string name, Uri address) => ("GET " + name, new RequestInformation { HttpMethod = Method.GET, URI = address });
    }

    /// <summary>When each credential of an application was last used. A report of the beta version: it may lag behind by hours.</summary>
    private async Task<(Dictionary<string, Instant>? Uses, Outcome? Failure)> UsesAsync(string appId, CancellationToken cancel)
    {
        const string Call = "GET reports/appCredentialSignInActivities";
        var first = _client.BetaAddress($"reports/appCredentialSignInActivities?$filter={Uri.EscapeDataString($"appId eq {EntraSearch.Quoted(appId)}")}");
        var info = new RequestInformation { HttpMethod = Method.GET, URI = first };
        var uses = new Dictionary<string, Instant>(StringComparer.OrdinalIgnoreCase);
        var reply = await _client.SendAsync(Call, info, cancel);
        while (true)
        {
            if (reply.Failure is { } failure)
                return (null, failure);
            if (reply.Items() is not var (items, next))
                return (null, EntraFailures.Unreadable(Call, reply.Status));
            foreach (var item in items)
            {
                if (item["keyId"]?.ToString() is { } key && Time(item["signInActivity"]?["lastSignInDateTime"]) is { } at && (!uses.TryGetValue(key, out var known) || known < at))
                    uses[key] = at;
            }

            if (next is null)
                return (uses, null);
            reply = await _client.NextAsync(Call, first, next, info.Headers, cancel);
        }
    }

    private static Seen? Shown(JsonObject item, bool isApplication)
    {
        if (item["id"]?.ToString() is not { } id)
            return null;
        var name = item["displayName"]?.ToString() ?? id;
        if (isApplication)
        {
            return item["appId"]?.ToString() is { } appId
                ? new Seen(new FoundAccount(ServiceAccountKind.AppRegistration, id, name) { CreatedAt = Time(item["createdDateTime"]), Credentials = [.. Credentials(item)] }, appId)
                : null;
        }

        return item["servicePrincipalType"]?.ToString() switch
        {
            "ServiceIdentity" => Principal(ServiceAccountKind.AgentIdentity),
            "ManagedIdentity" => Principal(ServiceAccountKind.ServiceAccount),
            _ => null,
        };

        Seen Principal(ServiceAccountKind kind) =>
            new(new FoundAccount(kind, id, name) { CreatedAt = Time(item["createdDateTime"]), IsEnabled = (bool?)item["accountEnabled"] }, null);
    }

    private static IEnumerable<FoundCredential> Credentials(JsonObject item)
    {
        foreach (var (property, isSecret) in new[] { ("passwordCredentials", true), ("keyCredentials", false) })
        {
            foreach (var credential in (item[property] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (credential["keyId"]?.ToString() is not { } keyId)
                    continue;
                var type = isSecret ? CredentialType.ClientSecret : credential["type"]?.ToString() == "AsymmetricX509Cert" ? CredentialType.Certificate : CredentialType.Key;
                yield return new FoundCredential(keyId, type)
                {
                    Name = credential["displayName"]?.ToString(),
                    CreatedAt = Time(credential["startDateTime"]),
                    NotAfter = Time(credential["endDateTime"]),
                };
            }
        }
    }

    private static List<string> Ids(List<JsonObject> items) => [.. items.Select(i => i["id"]?.ToString()).OfType<string>()];

    private static Instant? Time(JsonNode? text) =>
        DateTimeOffset.TryParse(text?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Instant.FromDateTimeOffset(time) : null;

    private sealed record Seen(FoundAccount Account, string? AppId);
}
