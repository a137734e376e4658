using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// The bridge's own credentials as service accounts of its inventory (V7): what it signs in with at sources and targets, what it signs with, and the
/// tokens that it gives to clients. By where they stand in the configuration; never what they are.
/// </summary>
public sealed class BridgeCredentials
{
    private const string Actor = "system:bridge";

    // Who is to answer for them may be hired at any time.
    private static readonly Duration Every = Duration.FromMinutes(5);

    private readonly BridgeConfiguration _configuration;
    private readonly Database _database;
    private readonly AccountBook _accounts;
    private readonly IClock _clock;
    private HashSet<(string Token, bool IsOver)> _tokens = [];
    private Instant _lookAt = Instant.MinValue;

    /// <summary>Creates it.</summary>
    public BridgeCredentials(BridgeConfiguration configuration, Database database, AccountBook accounts, IClock clock)
    {
        _configuration = configuration;
        _database = database;
        _accounts = accounts;
        _clock = clock;
    }

    /// <summary>The names of what is in the configuration, each with the places of its secrets.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Named(BridgeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var named = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (kind, connectors) in new[] { ("source", options.Sources), ("target", options.Targets) })
        {
            foreach (var (name, json) in connectors)
            {
                if (Secrets(json, $"{kind}s.{name}").ToList() is { Count: > 0 } secrets)
                    named[$"{kind}:{name}"] = secrets;
            }
        }

        foreach (var (name, receiver) in options.Notifications)
            named["notification:" + name] = [.. receiver.Keys.Select((_, i) => $"notifications.{name}.keys[{i}]")];
        named["signing"] = options.Signing.Keys.Count == 0 ? ["signing"] : [.. options.Signing.Keys.Select((k, i) => k.Id ?? $"signing.keys[{i}]")];
        return named;
    }

    /// <summary>Adds accounts that are missing, and brings the credentials of those that are there up to date.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        if (_configuration.Sponsorship is not { } sponsorship)
            return;
        await _database.WriteAsync(
            async s =>
            {
                var now = _clock.GetCurrentInstant();
                var people = await PeopleAsync(s, sponsorship.Options.Bridge, cancel);
                var known = await ServiceAccountStore.OfBridgeAsync(s, cancel);
                var added = new List<(ServiceAccount, JsonObject)>();
                foreach (var (name, credentials) in await CredentialsAsync(s, now, cancel))
                {
                    if (known.TryGetValue(name, out var id))
                    {
                        await _accounts.LearnAsync(
                            s, id, (account, at) => UpToDate(account, credentials, people, at), "serviceAccount.bridgeChanged", [], Actor, "start", cancel);
                    }
                    else if (credentials.Any(c => !c.IsSettled))
                    {
                        added.Add(New(ResourceId.New(now), name, credentials, people, now));
                    }
                }

                await _accounts.AddAsync(s, added, Actor, "start", cancel);
            },
            cancel);
    }

    /// <summary>Does so where a token was made, revoked or has expired since the last time, and every five minutes.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (_configuration.Sponsorship is null)
            return;
        var now = _clock.GetCurrentInstant();
        var tokens = (await _database.ReadAsync(s => TokenStore.ListAsync(s, cancel), cancel)).Select(t => (t.Id, IsOver(t, now))).ToHashSet();
        if (now < _lookAt && tokens.SetEquals(_tokens))
            return;
        await WriteAsync(cancel);
        (_tokens, _lookAt) = (tokens, now + Every);
    }

    private static bool IsOver(Token token, Instant now) => token.RevokedAt is not null || token.ExpiresAt <= now.ToMicroseconds();

    private static IEnumerable<string> Secrets(JsonNode? node, string at) => node switch
    {
        _ when ConfigurationFingerprint.IsSecret(node) => [at],
        JsonObject json => json.SelectMany(p => Secrets(p.Value, $"{at}.{p.Key}")),
        JsonArray array => array.SelectMany((n, i) => Secrets(n, $"{at}[{i}]")),
        _ => [],
    };

    // The tokens of a client are credentials of one account: the bridge itself refuses those that are over.
    private async Task<Dictionary<string, List<Credential>>> CredentialsAsync(Session session, Instant now, CancellationToken cancel)
    {
        var all = Named(_configuration.Options).ToDictionary(
            n => n.Key, n => n.Value.Select(key => new Credential(key) { Retirement = Retirement.None }).ToList(), StringComparer.Ordinal);
        foreach (var client in (await TokenStore.ListAsync(session, cancel)).GroupBy(t => t.Client, StringComparer.Ordinal))
        {
            all["token:" + client.Key] =
            [
                .. client.Select(t => new Credential(t.Id)
                {
                    Retirement = Retirement.End,
                    NotAfter = Microseconds.ToInstant(t.ExpiresAt),
                    State = IsOver(t, now) ? CredentialState.RevokedVerified : CredentialState.Active,
                }),
            ];
        }

        return all;
    }

    private async Task<List<Accountable>> PeopleAsync(Session session, BridgeAccountOptions options, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var ids = await PeopleLoader.UsersAsync(session, [.. options.Owners.Concat(options.Sponsors).Distinct(StringComparer.OrdinalIgnoreCase)], _configuration.Catalog.User, cancel);
        return
        [
            .. Named(options.Owners, AccountableRole.TechnicalOwner), .. Named(options.Sponsors, AccountableRole.Sponsor),
        ];

        IEnumerable<Accountable> Named(IEnumerable<string> names, AccountableRole role) =>
            names.Select(n => ids.GetValueOrDefault(n)).OfType<string>().Select(id => new Accountable(role, id, now));
    }

    private static (ServiceAccount Account, JsonObject Body) New(
        string id, string name, List<Credential> credentials, List<Accountable> people, Instant now)
    {
        var kind = name[..(name.IndexOf(':', StringComparison.Ordinal) is var at and > 0 ? at : name.Length)] switch
        {
            "notification" => ServiceAccountKind.WebhookSecret,
            "signing" => ServiceAccountKind.Certificate,
            "token" => ServiceAccountKind.AutomationToken,
            _ => ServiceAccountKind.ServiceAccount,
        };
        var account = new ServiceAccount(id, kind, Criticality.C1)
        {
            IsPrivileged = true, BridgeCredential = name, AttestedAt = now, Accountable = people, Credentials = credentials,
        };
        return (account, new JsonObject
        {
            ["schemas"] = new JsonArray(Scim.Schemas.SchemaUris.ServiceAccount),
            ["displayName"] = "bridge " + name,
            ["kind"] = char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..],
            ["criticality"] = (int)account.Criticality,
            ["privileged"] = true,
            ["purpose"] = "A credential of the bridge itself.",
        });
    }

    // The account as it is where nothing is new. Who has taken over since is not put aside for who is configured.
    private static ServiceAccount UpToDate(ServiceAccount account, List<Credential> credentials, List<Accountable> people, Instant now)
    {
        var after = account;
        foreach (var credential in credentials)
        {
            if (after.Credentials.FirstOrDefault(c => c.KeyId == credential.KeyId) is not { } known)
                after = after with { Credentials = [.. after.Credentials, credential] };
            else if (credential.State == CredentialState.RevokedVerified && known.State != CredentialState.RevokedVerified)
                after = RotationProof.Seen(after, credential.KeyId, CredentialState.RevokedVerified, now);
        }

        foreach (var role in people.Select(p => p.Role).Distinct())
        {
            if (!after.Accountable.Any(a => a.Role == role && a.IsSettled))
                after = after with { Accountable = [.. after.Accountable, .. people.Where(p => p.Role == role)] };
        }

        return after;
    }
}
