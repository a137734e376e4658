using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>Service accounts of a test's bridge: written, read, and held against what has to be true of them.</summary>
internal static class ServiceAccounts
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Switches them on, and lets everybody pass.</summary>
    public static void On(JsonObject json)
    {
        TestBridge.Unheld(json);
        json["sponsorship"] = new JsonObject { ["dutyGroup"] = "night watch" };
    }

    /// <summary>The id of the user of a worker.</summary>
    public static async Task<string> UserAsync(TestBridge bridge, string workerId) =>
        (await bridge.Database.ReadAsync(s => WorkerStore.FindAsync(s, "hr", [workerId], None), None))[workerId].ResourceId;

    /// <summary>An account that two workers answer for, with a secret that its technical owner has made.</summary>
    public static async Task<ServiceAccount> NewAsync(TestBridge bridge, string id, Criticality criticality, string sponsor, string owner)
    {
        var now = bridge.Get<IClock>().GetCurrentInstant();
        var (sponsorId, ownerId) = (await UserAsync(bridge, sponsor), await UserAsync(bridge, owner));
        return new ServiceAccount(id, ServiceAccountKind.ServiceAccount, criticality)
        {
            Accountable =
            [
                new(AccountableRole.Sponsor, sponsorId, now) { AcceptedAt = now }, new(AccountableRole.TechnicalOwner, ownerId, now) { AcceptedAt = now },
            ],
            AttestedAt = now,
            Credentials = [new Credential("key-" + id) { CreatedBy = ownerId }],
        };
    }

    /// <summary>Writes accounts, as if a client had created them.</summary>
    public static async Task AddAsync(TestBridge bridge, params ServiceAccount[] accounts)
    {
        var now = bridge.Get<IClock>().GetCurrentInstant();
        var configuration = bridge.Configuration;
        var type = configuration.Catalog.FindResourceType(ConfiguredSponsorship.TypeName)!;
        await bridge.Database.WriteAsync(
            async s =>
            {
                var changes = new Changes(now, "client:test", "test", []);
                var beside = new AccountChanges(configuration, "client:test", "test", now);
                foreach (var account in accounts)
                {
                    var body = new JsonObject
                    {
                        ["schemas"] = new JsonArray(type.Schema.Id), ["displayName"] = account.Id, ["kind"] = "serviceAccount", ["criticality"] = (int)account.Criticality,
                        ["target"] = "corp", ["remoteId"] = "r-" + account.Id,
                    };
                    changes.Resources.Add(ResourceWriter.Create(
                        type, account.Id, ServiceAccountResource.Show(body, account, configuration.Sponsorship!.Policy), "client:test", Lane.Join));
                    beside.AddBeside(new ServiceAccountWrite(Before: null, account, now) { Target = "corp", RemoteId = "r-" + account.Id }, []);
                }

                await Commit.WriteAsync(s, changes, None);
                await beside.WriteAsync(s, None);
            },
            None);
    }

    /// <summary>The account as it is.</summary>
    public static async Task<ServiceAccount> GetAsync(TestBridge bridge, string id) =>
        (await bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [id], None), None)).Single().Account;

    /// <summary>What a client sees of it.</summary>
    public static async Task<JsonObject> BodyAsync(TestBridge bridge, string id) =>
        JsonNode.Parse((await bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [id], None), None)).Single().Resource.Body)!.AsObject();

    /// <summary>Who holds a role, as worker keys by ids of users.</summary>
    public static IEnumerable<string> Holders(ServiceAccount account, AccountableRole role) =>
        account.Accountable.Where(a => a.Role == role).Select(a => a.PersonId);

    /// <summary>What does not hold of any account, by the people whom the database shows.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(TestBridge bridge)
    {
        var now = bridge.Get<IClock>().GetCurrentInstant();
        var sponsorship = bridge.Configuration.Sponsorship!;
        return await bridge.Database.ReadAsync(
            async s =>
            {
                var ids = await s.QueryAsync("SELECT resource_id FROM service_account", r => r.GetString(0), None);
                var accounts = (await ServiceAccountStore.LoadAsync(s, ids, None)).ConvertAll(r => r.Account);
                var policy = await bridge.Get<PolicyBook>().InForceAsync(s, None);
                var people = await new PeopleLoader(sponsorship, bridge.Configuration.Catalog.User, DateTimeZoneProviders.Tzdb)
                    .LoadAsync(s, accounts, [], new Dictionary<string, Person>(), policy, now, None);
                return accounts.SelectMany(a => Invariants.Violations(a, people, sponsorship.Policy, now).Select(v => $"{a.Id} {v.Invariant}: {v.Detail}")).ToList();
            },
            None);
    }

    /// <summary>The kinds of the journal's entries about an account, in order.</summary>
    public static Task<List<string>> JournalAsync(TestBridge bridge, string id) => bridge.Database.ReadAsync(
        s => s.QueryAsync("SELECT kind FROM journal WHERE subject = @id ORDER BY seq", r => r.GetString(0), None, ("id", id)), None);
}
