using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Api;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Api;
using ScimBridge.Storage;

namespace ScimBridge.Server.Tests.Journal;

/// <summary>Each fact has its entry, and one correlation runs from the HR record to the call at the target.</summary>
public sealed class FactTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task One_correlation_runs_from_the_record_to_the_call(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        // Whoever waits for their manager's account is completed when it is there, and that goes back to the same batch.
        var joined = await bridge.ImportAsync(TestBridge.Row("2", "Bob", "Dahl", manager: "1"), TestBridge.Row("1", "Ann", "Holt"));
        await bridge.SettleInTimeAsync();
        var entries = await EntriesAsync(bridge.Database);
        Assert.All(entries, e => Assert.Equal(joined.Id, e.Correlation));
        Assert.Equal(
            ["account.created", "account.joined", "account.members", "group.created", "member.added", "record.accepted", "user.created", "worker.decided"],
            entries.Select(e => e.Kind).Where(k => k != "account.updated").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        var user = entries.First(e => e.Kind == "record.accepted").Subject;
        Assert.Equal(
            ["account.created", "account.joined", "record.accepted", "user.created", "worker.decided"],
            entries.Where(e => e.Subject == user && e.Kind != "account.updated").Select(e => e.Kind).Order(StringComparer.Ordinal));

        var left = await bridge.ImportAsync(TestBridge.Row("2", "Bob", "Dahl", manager: "1"), TestBridge.Row("1", "Ann", "Holt", status: "T"));
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        var ends = (await EntriesAsync(bridge.Database)).Skip(entries.Count).ToList();
        Assert.All(ends, e => Assert.Equal(left.Id, e.Correlation));
        foreach (var wanted in new[] { "record.accepted", "user.updated", "worker.decided", "member.removed", "account.disabled", "account.members", "revocation.verified", "revocation.closed" })
            Assert.Contains(wanted, ends.Select(e => e.Kind));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_is_refused_for_good_is_noted_and_its_words_can_be_erased(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(
            kind, json => json["targets"]!["corp"]!["protect"] = new JsonObject { ["where"] = "userName sw \"ann\"" });
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));

        var refused = Assert.Single(await EntriesAsync(bridge.Database), e => e.Kind == "account.refused");
        var data = JsonNode.Parse(refused.Data)!;
        Assert.Equal(("corp", "protected"), ((string?)data["target"], (string?)data["code"]));
        Assert.NotNull(refused.Commitment);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_administers_is_noted_once_an_hour_and_a_changed_configuration_at_the_start(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var root = bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal);
        var admin = await bridge.TokenAsync("strict", "admin", Scopes.AdminRead, Scopes.ScimRead);
        for (var i = 0; i < 3; i++)
            (await bridge.SendAsync("GET", $"{root}/admin/v1/holds", secret: admin)).Is(HttpStatusCode.OK);
        await bridge.SendAsync("GET", $"{root}/admin/v1/holds");
        await bridge.GetAsync("/Users");

        var entries = await EntriesAsync(bridge.Database);
        var login = Assert.Single(entries, e => e.Kind == "admin.login");
        Assert.Equal("client:admin", login.Actor);
        Assert.Equal("""{"scopes":["admin.read"]}""", login.Data);
        Assert.Single(entries, e => e.Kind == "configuration.changed");
        await bridge.Get<ConfigurationChanges>().NoteAsync(None);
        Assert.Single(await EntriesAsync(bridge.Database), e => e.Kind == "configuration.changed");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Plan_is_noted_when_it_is_made(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        var plan = await bridge.Get<WhatIf>().MakeAsync(new PlanRequest(), "client:planner", None);

        var made = Assert.Single(await EntriesAsync(bridge.Database), e => e.Kind == "plan.made");
        Assert.Equal((plan.Id, "client:planner"), (made.Subject, made.Actor));
    }

    private static Task<List<(string Kind, string Subject, string Actor, string Correlation, string Data, string? Commitment)>> EntriesAsync(Database database) =>
        database.ReadAsync(
            s => s.QueryAsync(
                "SELECT kind, subject, actor, correlation, data, commitment FROM journal ORDER BY seq",
                r => (r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.IsDBNull(5) ? null : r.GetString(5)),
                None),
            None);
}
