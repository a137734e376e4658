using System.Xml;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// The API service apps and API tokens of an org. Okta gives neither an owner: an API token is its maker's, and dies with them. An app has
/// two client secrets at most, without names; a secret is deactivated before it is deleted, and the last active one never is.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialOAuth2ClientAuth/"/>,
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApiToken/"/>
/// </summary>
internal sealed class OktaServiceAccounts : IServiceAccountTarget
{
    private const string Apps = "apps";

    private const string Tokens = "api-tokens";

    private static readonly Period LogKept = Period.FromDays(89);

    private readonly OktaClient _client;
    private readonly OktaProbe _probe;
    private readonly TimeProvider _clock;
    private readonly bool _readsUse;
    private readonly List<string> _stages;

    public OktaServiceAccounts(OktaClient client, OktaProbe probe, OktaServiceAccountOptions options, bool readsUse, TimeProvider clock)
    {
        (_client, _probe, _readsUse, _clock) = (client, probe, readsUse, clock);
        _stages = [.. new[] { options.Apps ? Apps : null, options.ApiTokens ? Tokens : null }.OfType<string>()];
        HashSet<ServiceAccountKind> apps = options.Apps ? [ServiceAccountKind.AppRegistration] : [];
        HashSet<ServiceAccountKind> tokens = options.ApiTokens ? [ServiceAccountKind.AutomationToken] : [];
        HashSet<CredentialType> ofApps = options.Apps ? [CredentialType.ClientSecret] : [];
        HashSet<CredentialType> ofTokens = options.ApiTokens ? [CredentialType.Token] : [];
        HashSet<CredentialType> keys = options.Apps ? [CredentialType.Key] : [];
        Capabilities = new ServiceAccountCapabilities
        {
            Finds = apps.Union(tokens).ToHashSet(),
            Lists = ofApps.Union(ofTokens).Union(keys).ToHashSet(),
            Probes = ofApps.Union(ofTokens).ToHashSet(),
            ShowsUse = ofTokens,
            Disables = options.Change ? apps : [],
            Deletes = options.Change ? apps.Union(tokens).ToHashSet() : new HashSet<ServiceAccountKind>(),
            Adds = options.Change ? ofApps : [],
            Removes = options.Change ? ofApps.Union(ofTokens).Union(keys).ToHashSet() : new HashSet<CredentialType>(),
        };
    }

    public ServiceAccountCapabilities Capabilities { get; }

    public async Task<(Outcome Outcome, FoundPage? Page)> ListAsync(string? next, CancellationToken cancel)
    {
        var (stage, link) = next?.Split(' ', 2) is [var at, var rest] ? (at, rest) : (_stages[0], "");
        if (!_stages.Contains(stage))
            return (new Outcome.Gone(), null);
        var following = _stages.IndexOf(stage) + 1 < _stages.Count ? _stages[_stages.IndexOf(stage) + 1] + " " : null;
        var route = stage == Apps ? OktaRoute.Apps() : OktaRoute.ApiTokens();
        var reply = await _client.SendAsync(HttpMethod.Get, link.Length == 0 ? route : route.Next(link), default, cancel);
        if (reply.Failure is { } failure)
            return (failure.OfThisAlone(), null);
        if (stage == Tokens)
        {
            return reply.As(OktaJson.Default.ListOktaUserToken) is { } tokens
                ? (new Outcome.Done(), new FoundPage([.. tokens.Select(Found).OfType<FoundAccount>()], reply.Next is null ? following : $"{stage} {reply.Next}"))
                : (OktaFailures.Unreadable($"GET {route.Name}", reply.Status), null);
        }

        if (reply.As(OktaJson.Default.ListOktaClientApp) is not { } apps)
            return (OktaFailures.Unreadable($"GET {route.Name}", reply.Status), null);
        var found = new List<FoundAccount>();
        foreach (var app in apps.Where(a => a.IsService))
        {
            var (account, unread) = await FoundAsync(app, cancel);
            if (account is null && unread is not Outcome.Gone)
                return (unread!, null);
            if (account is not null)
                found.Add(account);
        }

        return (new Outcome.Done(), new FoundPage(found, reply.Next is null ? following : $"{stage} {reply.Next}"));
    }

    public async Task<(Outcome Outcome, FoundAccount? Account)> ReadAsync(ServiceAccountKind kind, string remoteId, CancellationToken cancel)
    {
        if (kind == ServiceAccountKind.AutomationToken)
        {
            var token = await _client.SendAsync(HttpMethod.Get, OktaRoute.ApiToken(remoteId), default, cancel);
            if (token.Failure is { } unread)
                return (unread.OfThisAlone(), null);
            return token.As(OktaJson.Default.OktaUserToken) is { } read && Found(read) is { } shown
                ? (new Outcome.Done(remoteId), shown)
                : (OktaFailures.Unreadable("GET api-tokens/{id}", token.Status), null);
        }

        var (app, failure) = await AppAsync(remoteId, cancel);
        if (app is null)
            return (failure!, null);
        var (account, unknown) = await FoundAsync(app, cancel);
        if (account is null)
            return (unknown!, null);
        if (!_readsUse)
            return (new Outcome.Done(remoteId), account);
        var (lastUse, unlogged) = await LastUseAsync(app, cancel);
        return unlogged is null ? (new Outcome.Done(remoteId), account with { LastUsedAt = lastUse }) : (unlogged, null);
    }

    public async Task<Outcome> SetEnabledAsync(ServiceAccountKind kind, string remoteId, bool enabled, CancellationToken cancel)
    {
        var (app, failure) = await AppAsync(remoteId, cancel);
        if (app is null)
            return failure!;
        return app.IsActive == enabled ? new Outcome.Done(remoteId) : await DoAsync(OktaRoute.AppLifecycle(remoteId, enabled ? "activate" : "deactivate"), remoteId, cancel);
    }

    public async Task<Outcome> DeleteAsync(ServiceAccountKind kind, string remoteId, CancellationToken cancel)
    {
        if (kind == ServiceAccountKind.AutomationToken)
            return await DeleteAsync(OktaRoute.ApiToken(remoteId), remoteId, cancel);
        return await SetEnabledAsync(kind, remoteId, enabled: false, cancel) switch
        {
            Outcome.Gone => new Outcome.Done(remoteId),
            Outcome.Done => (await DeleteAsync(OktaRoute.App(remoteId), remoteId, cancel)).AfterOthers(),
            var failure => failure,
        };
    }

    public async Task<(Outcome Outcome, NewCredential? Credential)> AddCredentialAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, string name, Instant? notAfter, CancellationToken cancel)
    {
        var route = OktaRoute.ClientKeys(remoteId, "secrets");
        var reply = await _client.SendAsync(HttpMethod.Post, route, OktaJson.Bytes([]), cancel);
        if (reply.Failure is { } failure)
            return (failure.OfThisAlone(), null);
        return reply.As(OktaJson.Default.OktaClientKey) is { Id: { } id, ClientSecret: { Length: > 0 } secret }
            ? (new Outcome.Done(remoteId), new NewCredential(id, new Secret(secret)))
            : (OktaFailures.Unreadable($"POST {route.Name}", reply.Status), null);
    }

    public Task<Outcome> ReplaceCredentialAsync(ServiceAccountKind kind, string remoteId, CredentialType type, Secret secret, CancellationToken cancel) =>
        throw new NotSupportedException($"Okta does not declare that a {type} can be replaced.");

    public async Task<Outcome> RemoveCredentialAsync(ServiceAccountKind kind, string remoteId, string keyId, CancellationToken cancel)
    {
        if (kind == ServiceAccountKind.AutomationToken)
            return keyId == remoteId ? await DeleteAsync(OktaRoute.ApiToken(remoteId), remoteId, cancel) : new Outcome.Done(remoteId);
        foreach (var what in new[] { "secrets", "jwks" })
        {
            var (keys, failure) = await KeysAsync(remoteId, what, cancel);
            if (keys is null)
                return failure!;
            if (keys.Find(k => k.Id == keyId) is not { } key)
                continue;
            if (key.IsActive && await DoAsync(OktaRoute.ClientKeyLifecycle(remoteId, what, keyId, "deactivate"), remoteId, cancel) is var ended and not Outcome.Done)
                return ended is Outcome.Gone ? new Outcome.Done(remoteId) : ended;
            return (await DeleteAsync(OktaRoute.ClientKey(remoteId, what, keyId), remoteId, cancel)).AfterOthers();
        }

        return new Outcome.Done(remoteId);
    }

    public Task<Outcome> ChangeOwnersAsync(
        ServiceAccountKind kind, string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel) =>
        throw new NotSupportedException("Okta does not declare that owners can be changed.");

    public Task<Outcome> ChangeSponsorsAsync(
        ServiceAccountKind kind, string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel) =>
        throw new NotSupportedException("Okta does not declare that sponsors can be changed.");

    public async Task<(Outcome Outcome, ProbeAnswer? Answer)> ProbeAsync(
        ServiceAccountKind kind, string remoteId, CredentialType type, Secret secret, CancellationToken cancel)
    {
        if (type == CredentialType.Token)
            return await _probe.TryTokenAsync(secret, cancel);
        var (app, failure) = await AppAsync(remoteId, cancel);
        return app is null ? (failure!, null) : await _probe.TryClientAsync(app.ClientId ?? remoteId, secret, cancel);
    }

    private async Task<(OktaClientApp? App, Outcome? Failure)> AppAsync(string id, CancellationToken cancel)
    {
        var reply = await _client.SendAsync(HttpMethod.Get, OktaRoute.App(id), default, cancel);
        if (reply.Failure is { } failure)
            return (null, failure.OfThisAlone());
        return reply.As(OktaJson.Default.OktaClientApp) is { } app ? (app, null) : (null, OktaFailures.Unreadable("GET apps/{id}", reply.Status));
    }

    private async Task<(FoundAccount? Account, Outcome? Failure)> FoundAsync(OktaClientApp app, CancellationToken cancel)
    {
        var credentials = new List<FoundCredential>();
        foreach (var what in new[] { "secrets", "jwks" })
        {
            var (keys, failure) = await KeysAsync(app.Id!, what, cancel);
            if (keys is null)
                return (null, failure);
            credentials.AddRange(keys.Select(k => new FoundCredential(k.Id!, what == "secrets" ? CredentialType.ClientSecret : CredentialType.Key)
            {
                CreatedAt = Time(k.Created),
                IsEnabled = k.IsActive,
            }));
        }

        return (new FoundAccount(ServiceAccountKind.AppRegistration, app.Id!, app.Label ?? app.Id!)
        {
            Credentials = credentials,
            IsEnabled = app.IsActive,
            CreatedAt = Time(app.Created),
        }, null);
    }

    private async Task<(List<OktaClientKey>? Keys, Outcome? Failure)> KeysAsync(string appId, string what, CancellationToken cancel)
    {
        var route = OktaRoute.ClientKeys(appId, what);
        var reply = await _client.SendAsync(HttpMethod.Get, route, default, cancel);
        if (reply.Failure is { } failure)
            return (null, failure.OfThisAlone());
        return reply.As(OktaJson.Default.ListOktaClientKey) is { } keys ? (keys, null) : (null, OktaFailures.Unreadable($"GET {route.Name}", reply.Status));
    }

    /// <summary>When a token was last handed out to an app, by the system log; Okta keeps it for 90 days.</summary>
    private async Task<(Instant? At, Outcome? Failure)> LastUseAsync(OktaClientApp app, CancellationToken cancel)
    {
        var filter = Uri.EscapeDataString($"actor.id eq \"{(app.ClientId ?? app.Id!).Replace("\"", "", StringComparison.Ordinal)}\"");
        var since = Uri.EscapeDataString(InstantPattern.ExtendedIso.Format(Instant.FromDateTimeOffset(_clock.GetUtcNow()) - LogKept.ToDuration()));
        var reply = await _client.SendAsync(HttpMethod.Get, OktaRoute.Logs($"filter={filter}&since={since}&sortOrder=DESCENDING&limit=1"), default, cancel);
        if (reply.Failure is { } failure)
            return (null, failure.OfThisAlone());
        return reply.As(OktaJson.Default.ListOktaLogEntry) is { } entries
            ? (entries.FirstOrDefault()?.Published is { } at ? Instant.FromDateTimeOffset(at) : null, null)
            : (null, OktaFailures.Unreadable("GET logs", reply.Status));
    }

    /// <summary>Each use lets an API token live for its whole time again: when it ends says when it was used.</summary>
    private static FoundAccount? Found(OktaUserToken token)
    {
        if (token.Id is not { } id)
            return null;
        var (created, ends) = (Time(token.Created), Time(token.ExpiresAt));
        var used = ends is { } end && Window(token.TokenWindow) is { } window ? end - window : (Instant?)null;
        if (used <= created)
            used = null;
        return new FoundAccount(ServiceAccountKind.AutomationToken, id, token.Name ?? id)
        {
            CreatedById = token.UserId,
            CreatedAt = created,
            IsEnabled = true,
            LastUsedAt = used,
            Credentials = [new FoundCredential(id, CredentialType.Token) { Name = token.Name, CreatedAt = created, NotAfter = ends, LastUsedAt = used }],
        };
    }

    private static Duration? Window(string? text)
    {
        try
        {
            return text is null ? null : Duration.FromTimeSpan(XmlConvert.ToTimeSpan(text));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Instant? Time(DateTimeOffset? time) => time is { } at ? Instant.FromDateTimeOffset(at) : null;

    private async Task<Outcome> DoAsync(OktaRoute route, string remoteId, CancellationToken cancel)
    {
        var reply = await _client.SendAsync(HttpMethod.Post, route, default, cancel);
        return reply.Failure?.OfThisAlone() ?? new Outcome.Done(remoteId);
    }

    private async Task<Outcome> DeleteAsync(OktaRoute route, string remoteId, CancellationToken cancel)
    {
        var reply = await _client.SendAsync(HttpMethod.Delete, route, default, cancel);
        return reply.IsGone ? new Outcome.Done(remoteId) : reply.Failure?.OfThisAlone() ?? new Outcome.Done(remoteId);
    }
}
