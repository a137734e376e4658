using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Groups;

/// <summary>A bridge whose rules of groups a test changes, and whose memberships it looks at.</summary>
internal sealed class GroupBridge(TestBridge bridge) : IAsyncDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;

    public TestBridge Bridge => bridge;

    public static async Task<GroupBridge> StartAsync(DatabaseKind kind, string? groups, Action<JsonObject>? adjust = null)
    {
        var started = new GroupBridge(await TestBridge.StartAsync(kind, json =>
        {
            TestBridge.Unheld(json);
            if (groups is not null)
                json["groups"] = JsonNode.Parse(groups);
            adjust?.Invoke(json);
        }));
        await started.Bridge.Get<GroupBook>().WantAsync(started.Bridge.Get<IClock>().GetCurrentInstant(), Never);
        await started.EvaluateAsync();
        return started;
    }

    /// <summary>A node starts whose configuration has these rules; null for none at all.</summary>
    public async Task WantAsync(string? groups)
    {
        var options = groups is null ? null : JsonSerializer.Deserialize<Dictionary<string, GroupOptions>>(groups, StrictJson.Options);
        var text = ConfiguredGroups.Text(options);
        await bridge.Database.WriteAsync(s => RuleBookStore.WantAsync(s, RuleBookStore.Groups, text, marksFirst: true, Never), Never);
        await EvaluateAsync();
    }

    /// <summary>Brings what is wanted in force, and decides and delivers what follows.</summary>
    public async Task EvaluateAsync()
    {
        await bridge.RunAsync(DrainKind.EvaluateRules, RuleBookStore.Groups);
        await bridge.SettleAsync();
    }

    /// <summary>Lets time pass, and everything happen that falls due by itself.</summary>
    public async Task<Instant?> PassAsync(Duration time)
    {
        bridge.Time.Advance(time.ToTimeSpan());
        var next = await bridge.RunAsync(DrainKind.EndMemberships, EndMemberships.Name);
        await bridge.SettleAsync();
        return next;
    }

    /// <summary>All memberships, as <c>worker group ground</c>.</summary>
    public async Task<List<string>> MembersAsync(string? worker = null)
    {
        var rows = await bridge.Database.ReadAsync(
            s => s.QueryAsync(
                "SELECT w.worker_id, g.body, m.by_rule, m.by_hand FROM membership m JOIN worker w ON w.resource_id = m.member_id JOIN resource g ON g.id = m.group_id",
                r => (Worker: r.GetString(0), Group: (string)JsonNode.Parse(r.GetString(1))!["displayName"]!, Rule: r.GetBoolean(2), Hand: r.GetBoolean(3)),
                Never),
            Never);
        return [.. rows.Where(r => worker is null || r.Worker == worker)
            .Select(r => $"{r.Worker} {r.Group}{(r.Rule ? " rule" : "")}{(r.Hand ? " hand" : "")}").Order(StringComparer.Ordinal)];
    }

    /// <summary>The members that the target has, as <c>group: user user</c>.</summary>
    public IEnumerable<string> AtTarget() => bridge.Corp.Groups()
        .Select(g => $"{g.DisplayName}: {string.Join(' ', g.Members.Select(m => m.Split('@')[0]).Order(StringComparer.Ordinal))}")
        .Order(StringComparer.Ordinal);

    /// <summary>What a client does by hand.</summary>
    public async Task HandAsync(string worker, string group, bool joins, Instant? until = null)
    {
        var member = await UserIdAsync(worker);
        var id = await GroupIdAsync(group);
        var now = bridge.Get<IClock>().GetCurrentInstant();
        await bridge.Database.WriteAsync(
            async s =>
            {
                var changes = new Changes(now, "client:tester", "test", ["corp"]);
                changes.Memberships.Add(new MembershipWrite(id, member, joins, ByRule: false, Lane.Change) { Until = until?.ToMicroseconds() });
                await Commit.WriteAsync(s, changes, Never);
                await WorkerStore.TouchAsync(s, [], joins ? [member] : [], now.ToMicroseconds(), Never);
            },
            Never);
        await bridge.SettleAsync();
    }

    public Task<bool> HasUserAsync(string worker) => bridge.Database.ReadAsync(
        s => s.FirstAsync(
            "SELECT count(*) FROM worker w JOIN resource r ON r.id = w.resource_id WHERE w.worker_id = @id", r => r.GetInt64(0) > 0, Never, ("id", worker)),
        Never);

    public async Task<string> UserIdAsync(string worker) => (await bridge.Database.ReadAsync(
        s => s.FirstAsync("SELECT resource_id FROM worker WHERE worker_id = @id", r => r.GetString(0), Never, ("id", worker)), Never))!;

    public async Task<string> GroupIdAsync(string name) => (await bridge.Database.ReadAsync(
        s => s.QueryAsync("SELECT id, body FROM resource WHERE type = 'Group'", r => (r.GetString(0), r.GetString(1)), Never), Never))
        .Single(g => (string?)JsonNode.Parse(g.Item2)!["displayName"] == name).Item1;

    public Task<List<Hold>> HoldsAsync(string? state = "open") =>
        bridge.Database.ReadAsync(s => HoldStore.ListAsync(s, "", state, null, 100, Never), Never);

    public ValueTask DisposeAsync() => bridge.DisposeAsync();
}
