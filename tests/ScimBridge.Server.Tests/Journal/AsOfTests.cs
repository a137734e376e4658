using System.Net;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Fixtures;
using ScimBridge.Server.Api;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Api;
using ScimBridge.Server.Tests.Plans;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Journal;

/// <summary>Going back through the journal gives what was there.</summary>
public sealed class AsOfTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseKind, int> Companies => new() { { DatabaseKind.Sqlite, 1 }, { DatabaseKind.Sqlite, 2 }, { DatabaseKind.Postgres, 3 } };

    [Theory, MemberData(nameof(Companies))]
    public async Task Everybody_is_at_each_instant_as_they_were(DatabaseKind kind, int seed)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        var company = new InventedCompany(seed);
        var rows = company.Rows(25);
        var looks = new List<(Instant At, Dictionary<string, Seen> People)> { (bridge.Get<IClock>().GetCurrentInstant(), []) };
        for (var round = 0; round < 5; round++)
        {
            bridge.Time.Advance(TimeSpan.FromDays(3));
            await bridge.ImportAsync([.. rows]);
            await bridge.SettleInTimeAsync();
            rows = company.Later(rows, joiners: 2);
            looks.Add((bridge.Get<IClock>().GetCurrentInstant(), await LookAsync(bridge)));
            bridge.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var all = looks[^1].People.Keys;
        Assert.True(all.Count > 20);
        foreach (var (at, people) in looks)
        {
            foreach (var id in all)
            {
                var then = await bridge.Database.ReadAsync(s => PersonThen.AtAsync(s, id, at, None), None);
                Assert.Null(then.UnknownBecause);
                var was = people.GetValueOrDefault(id);
                Assert.True(JsonNode.DeepEquals(was?.Body, then.User), $"{then.User}\ninstead of\n{was?.Body}");
                Assert.Equal(was?.Groups ?? [], then.Groups.SelectMany(g => g.Value.Select(b => $"{g.Key} {b}")).Order(StringComparer.Ordinal));
                Assert.Equal(was?.Accounts ?? [], then.Accounts.Select(a => $"{a.Key} {(string?)a.Value["account"]} {(bool)a.Value["active"]!}"));
            }
        }
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_was_known_then_and_what_is_known_now_are_told_apart(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var (root, admin) = (bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal), await bridge.TokenAsync("strict", "admin", Scopes.AdminRead));
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", title: "Engineer"));
        var id = await bridge.FindAsync("ann.holt@corp.example");
        var before = InstantPattern.ExtendedIso.Format(bridge.Get<IClock>().GetCurrentInstant());
        await Task.Delay(5);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", title: "Lead"));

        async Task<JsonObject> GetAsync(string query) => (await bridge.SendAsync("GET", $"{root}/admin/v1/workers/{id}/as-of{query}", secret: admin)).Is(HttpStatusCode.OK).Body!;

        Assert.Equal(("Lead", "Lead", "active"), Titles(await GetAsync("")));
        Assert.Equal(("Engineer", "Engineer", "active"), Titles(await GetAsync($"?at={before}&known={before}")));
        var unheard = await GetAsync("?at=2020-06-01T00:00:00Z&known=2020-06-01T00:00:00Z");
        Assert.Null(unheard["facts"]);
        Assert.Null(unheard["user"]);
        Assert.Empty(unheard["groups"]!.AsArray());
        (await bridge.SendAsync("GET", $"{root}/admin/v1/workers/nobody/as-of", secret: admin)).Is(HttpStatusCode.NotFound);

        static (string?, string?, string?) Titles(JsonObject then) => ((string?)then["facts"]!["title"], (string?)then["user"]!["title"], (string?)then["access"]);
    }

    [Fact]
    public async Task Of_who_was_erased_nobody_knows_any_more_what_they_were()
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite, TestBridge.Unheld);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        var id = Assert.Single((await LookAsync(bridge)).Keys);
        var then = bridge.Get<IClock>().GetCurrentInstant();
        bridge.Time.Advance(TimeSpan.FromSeconds(1));
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"));
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        await bridge.Get<Erasure>().EraseAsync(id, "request", "client:officer", "test", None);

        var was = await bridge.Database.ReadAsync(s => PersonThen.AtAsync(s, id, then, None), None);
        Assert.Null(was.User);
        Assert.Equal("It was erased.", was.UnknownBecause);
    }

    private static Task<Dictionary<string, Seen>> LookAsync(TestBridge bridge) => bridge.Database.ReadAsync(
        async s =>
        {
            var seen = new Dictionary<string, Seen>(StringComparer.Ordinal);
            foreach (var (id, body) in await s.QueryAsync(
                "SELECT r.id, r.body FROM worker w JOIN resource r ON r.id = w.resource_id", r => (r.GetString(0), r.GetString(1)), None))
            {
                var groups = (await MembershipStore.OfMembersAsync(s, [id], None)).SelectMany(m => new[] { (m.GroupId, "rule", m.ByRule), (m.GroupId, "hand", m.ByHand) })
                    .Where(m => m.Item3).Select(m => $"{m.Item1} {m.Item2}").Order(StringComparer.Ordinal).ToList();
                var accounts = (await WorkerTimelineStore.AccountsAsync(s, id, ["corp"], None)).ConvertAll(a => $"{a.Target} {a.RemoteId} {a.Active}");
                seen[id] = new Seen(JsonNode.Parse(body)!.AsObject(), groups, accounts);
            }

            return seen;
        },
        None);

    private sealed record Seen(JsonObject Body, List<string> Groups, List<string> Accounts);
}
