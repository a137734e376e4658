using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Reconciliations;

/// <summary>The non-human identities of a target, which stand there as the inventory has them until somebody comes.</summary>
internal sealed class DriftIdentities
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    private const int Untouched = 4;

    private const int Owners = 40;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly DriftBridge _bridge;
    private readonly string _name;
    private readonly Dictionary<int, string> _users;
    private readonly Dictionary<string, Link> _links;
    private readonly string _leaver;
    private readonly int _firstOwner;
    private readonly List<(DriftRow Row, Identity Identity)> _victims = [];

    private DriftIdentities(DriftBridge bridge, string name, Dictionary<int, string> users, Dictionary<string, Link> links, int leaver, int firstOwner)
    {
        (_bridge, _name, _users, _links, _firstOwner) = (bridge, name, users, links, firstOwner);
        _leaver = users[leaver];
    }

    /// <summary>The ids at the target of those that are never touched.</summary>
    public IEnumerable<string> Protected => _victims.Where(v => v.Row.Kind == "protected").Select(v => v.Identity.RemoteId);

    /// <summary>What is to be found before anything is done: nobody has adopted these yet.</summary>
    public IEnumerable<string> Unadopted => _victims.Where(v => v.Row.Drift == "identity that nobody has adopted").Select(v => $"orphan {v.Identity.Id}").Order(StringComparer.Ordinal);

    private IServiceAccountTarget Target => _bridge.Target(_name).ServiceAccounts!;

    /// <summary>Switches them on, at whatever targets there are.</summary>
    public static void On(JsonObject json)
    {
        json["sponsorship"] = new JsonObject { ["dutyGroup"] = "night watch" };
        foreach (var (_, target) in json["targets"]!.AsObject())
        {
            var options = new JsonObject { ["change"] = true };
            if ((string)target!["kind"]! == "scim")
                options["find"] = new JsonArray(new JsonObject { ["attribute"] = "userType", ["value"] = "Service" });
            if ((string)target["kind"]! == "entra")
                options["agentIdentities"] = true;
            target["serviceAccounts"] = options;
        }
    }

    /// <summary>Puts some there for each row, and some to which nothing will be done.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="name">The target.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="ofEach">How many for each row.</param>
    /// <param name="leaver">Who has left.</param>
    /// <param name="firstOwner">The first of forty people to whom nothing else is done, who have accounts at the target.</param>
    public static async Task<DriftIdentities> StandAsync(DriftBridge bridge, string name, IReadOnlyList<DriftRow> rows, int ofEach, int leaver, int firstOwner)
    {
        var users = await bridge.UsersAsync();
        var identities = new DriftIdentities(bridge, name, users, await bridge.LinksAsync(name, users.Values), leaver, firstOwner);
        var number = 0;
        foreach (var row in rows)
        {
            for (var i = 0; i < ofEach; i++)
                identities._victims.Add((row, await identities.MakeAsync(number++, row)));
        }

        for (var i = 0; i < Untouched; i++)
            await identities.MakeAsync(number++, new DriftRow("", "", null));
        return identities;
    }

    /// <summary>Does what the rows say; answers with what is to be found.</summary>
    public async Task<IReadOnlyList<string>> SeedAsync()
    {
        var expected = new List<string>();
        foreach (var (row, identity) in _victims)
            expected.Add($"{row.Kind} {await SeedAsync(row, identity)}");
        return expected;
    }

    private async Task<string> SeedAsync(DriftRow row, Identity identity)
    {
        var (kind, remote) = (identity.Kind, identity.RemoteId);
        switch (row.Drift)
        {
            case "identity that nobody knows":
                return (await AtTargetAsync("Unheard of", isAgent: false)).RemoteId;
            case "identity that nobody has adopted":
                break;
            case "identity deleted":
                await DoneAsync(Target.DeleteAsync(kind, remote, None));
                break;
            case "identity disabled by hand" or "identity that is protected disabled by hand":
                await DoneAsync(Target.SetEnabledAsync(kind, remote, enabled: false, None));
                break;
            case "identity that was disabled enabled again":
                await ChangeAsync(identity, a => a with
                {
                    Use = AccountUse.Disabled, Changes = [new StateChange(AccountUse.InUse, AccountUse.Disabled, _bridge.Now, StateReason.Inactive)],
                });
                break;
            case "identity with a credential made by hand":
                if (_name == "okta")
                    Assert.NotNull((await Target.AddCredentialAsync(kind, remote, CredentialType.ClientSecret, "at night", notAfter: null, None)).Credential);
                else
                    _bridge.Graph.AddSecret(remote, "at night");
                break;
            case "identity whose ended credential works":
                await ChangeAsync(identity, a => WithSecret(a, identity, c => c with { State = CredentialState.RotatedVerified }));
                break;
            case "identity whose credential a leaver knows":
                await ChangeAsync(identity, a => WithSecret(a, identity, c => c with { KnownTo = [new Knowledge(_leaver, _bridge.Now, Provisioning.Sponsorship.Evidence.Shared)] }));
                break;
            case "identity whose ended credential a leaver knows and works":
                await ChangeAsync(identity, a => WithSecret(
                    a, identity, c => c with { KnownTo = [new Knowledge(_leaver, _bridge.Now, Provisioning.Sponsorship.Evidence.Shared)], State = CredentialState.RevokedVerified }));
                break;
            case "identity whose owner was taken away":
                await DoneAsync(Target.ChangeOwnersAsync(kind, remote, [], [identity.FirstOwner], None));
                break;
            case "identity whose sponsor was taken away":
                await DoneAsync(Target.ChangeSponsorsAsync(kind, remote, [], [identity.FirstSponsor], None));
                break;
            case "identity that a leaver was made an owner of" when _name == "entra":
                _bridge.Graph.Link("owners", remote, _links[_leaver].RemoteId!);
                break;
            case "identity that a leaver was made an owner of":
                var manager = new AttributeChange(Enterprise, "manager", new JsonObject { ["value"] = _links[_leaver].RemoteId });
                await DoneAsync(_bridge.Target(_name).UpdateAsync(AccountKind.User, remote, [manager], active: null, None));
                break;
            case "identity without a sponsor in the inventory":
                await ChangeAsync(identity, a => a with { Accountable = [.. a.Accountable.Where(h => h.Role != AccountableRole.Sponsor)] });
                break;
            default:
                throw new InvalidOperationException($"Nobody knows how to do '{row.Drift}'.");
        }

        return identity.Id;
    }

    private async Task<Identity> MakeAsync(int number, DriftRow row)
    {
        // Two owners and two sponsors, so that one of them can be taken away.
        List<int> people = [.. Enumerable.Range(0, 4).Select(i => _firstOwner + ((number + (10 * i)) % Owners))];
        var isAgent = row.Drift == "identity whose sponsor was taken away";
        var (kind, remoteId, keys) = await AtTargetAsync($"Identity {number}", isAgent, [.. people.Select(p => _links[_users[p]].RemoteId!)]);
        var now = _bridge.Now;
        var roles = new[] { AccountableRole.TechnicalOwner, AccountableRole.TechnicalOwner, AccountableRole.Sponsor, AccountableRole.Sponsor };
        var account = new ServiceAccount(ResourceId.New(now), kind, Criticality.C3)
        {
            Use = row.Drift == "identity that nobody has adopted" ? AccountUse.Proposed : AccountUse.InUse,
            Accountable = [.. people.Zip(roles).Select(p => new Accountable(p.Second, _users[p.First], now) { AcceptedAt = now })],
            AttestedAt = now,
            Credentials = [.. keys.Select(k => new Credential(k))],
        };
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray(_bridge.Bridge.Configuration.Catalog.FindResourceType(ConfiguredSponsorship.TypeName)!.Schema.Id),
            ["displayName"] = $"Identity {number}", ["kind"] = char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..], ["criticality"] = 3,
            ["target"] = _name, ["remoteId"] = remoteId,
        };
        await _bridge.Bridge.Database.WriteAsync(s => _bridge.Bridge.Get<AccountBook>().AddAsync(s, [(account, body)], "client:test", "test", None), None);
        return new Identity(account.Id, kind, remoteId, keys.FirstOrDefault() ?? "", _links[_users[people[0]]].RemoteId!, _links[_users[people[2]]].RemoteId!);
    }

    private async Task<(ServiceAccountKind Kind, string RemoteId, IReadOnlyList<string> Keys)> AtTargetAsync(string name, bool isAgent, params string[] people)
    {
        switch (_name)
        {
            case "okta":
                var app = _bridge.Okta.AddApp(name);
                return (ServiceAccountKind.AppRegistration, app.AppId, [app.SecretId, .. _bridge.Okta.ClientKeysOf(app.AppId).Where(k => k != app.SecretId)]);
            case "entra" when isAgent:
                var agent = _bridge.Graph.Add("servicePrincipal", $$"""{"displayName":"{{name}}","servicePrincipalType":"ServiceIdentity","accountEnabled":true}""");
                foreach (var (person, i) in people.Select((p, i) => (p, i)))
                    _bridge.Graph.Link(i < 2 ? "owners" : "sponsors", agent, person);
                return (ServiceAccountKind.AgentIdentity, agent, []);
            case "entra":
                var appId = Guid.NewGuid().ToString();
                _bridge.Graph.Add("servicePrincipal", $$"""{"displayName":"{{name}}","appId":"{{appId}}","servicePrincipalType":"Application","accountEnabled":true}""");
                var id = _bridge.Graph.Add("application", $$"""{"displayName":"{{name}}","appId":"{{appId}}"}""");
                foreach (var person in people.Take(2))
                    _bridge.Graph.Link("owners", id, person);
                return (ServiceAccountKind.AppRegistration, id, [_bridge.Graph.AddSecret(id).KeyId]);
            default:
                return (ServiceAccountKind.ServiceAccount, await ScimUserAsync(name), []);
        }
    }

    private async Task<string> ScimUserAsync(string name)
    {
        using var http = new HttpClient();
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"), ["userName"] = string.Create(CultureInfo.InvariantCulture, $"svc-{Guid.NewGuid():N}"),
            ["displayName"] = name, ["userType"] = "Service", ["active"] = true,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_bridge.Bridge.Sandbox.ScimAddress("corp"), "Users"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "secret") },
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/scim+json"),
        };
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode);
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!;
    }

    private async Task ChangeAsync(Identity identity, Func<ServiceAccount, ServiceAccount> change)
    {
        var row = (await _bridge.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [identity.Id], None))).Single();
        await _bridge.Bridge.Database.WriteAsync(
            s => ServiceAccountStore.SaveAsync(s, [new ServiceAccountWrite(row, change(row.Account), row.NextAt) { Target = row.Target, RemoteId = row.RemoteId }], 0, None), None);
    }

    private static ServiceAccount WithSecret(ServiceAccount account, Identity identity, Func<Credential, Credential> change) =>
        account with { Credentials = [.. account.Credentials.Select(c => c.KeyId == identity.KeyId ? change(c) : c)] };

    private static async Task DoneAsync(Task<Outcome> call) => Assert.IsType<Outcome.Done>(await call);

    private sealed record Identity(string Id, ServiceAccountKind Kind, string RemoteId, string KeyId, string FirstOwner, string FirstSponsor);
}
