using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Tests.Feeds;

/// <summary>Seventeen years of a real-shaped company, told as effective-dated records: the end does not depend on how it was told.</summary>
public sealed class ReplayTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Samples", "events-1000.ndjson"));

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Told_in_order_of_time_in_any_order_and_at_once_it_ends_the_same(DatabaseKind kind)
    {
        var once = await ReplayAsync(kind, [Lines]);
        var byTime = await ReplayAsync(kind, Lines.GroupBy(HalfYear, StringComparer.Ordinal).Select(g => g.ToArray()));
        var random = new Random(20260302);
        string[] mixed = [.. Lines];
        random.Shuffle(mixed);
        var shuffled = await ReplayAsync(kind, Batches(mixed, random));

        Assert.Equal(1000, once.Workers.Count);
        Assert.Equal(1000 - Lines.Count(l => l.Contains("\"termination\"", StringComparison.Ordinal)), once.Workers.Count(w => w.Value.StartsWith("Active", StringComparison.Ordinal)));
        foreach (var other in new[] { byTime, shuffled })
        {
            Assert.Equal(once.Workers, other.Workers);
            // Who had left before they were first decided about never got a user, and is nobody's manager; who left later has one that is
            // disabled.
            var both = once.Users.Keys.Intersect(other.Users.Keys, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
            Assert.All(both, id => Assert.Equal(Text(once.Users[id], both), Text(other.Users[id], both)));
            Assert.All(once.Users.Concat(other.Users).Where(u => !both.Contains(u.Key)), u => Assert.False(u.Value["active"]!.GetValue<bool>()));
            Assert.Equal(once.Members, other.Members);
        }

        Assert.All(new[] { once, byTime, shuffled }, r => Assert.Equal(Lines.Length, r.Events));
    }

    [Fact]
    public async Task Breakers_hold_nothing_of_it_that_a_person_does_not_let_pass_to_the_same_end()
    {
        // In order of time, as it would have come; what is held is approved.
        var free = await ReplayAsync(DatabaseKind.Sqlite, Lines.GroupBy(HalfYear, StringComparer.Ordinal).Select(g => g.ToArray()));
        var guarded = await ReplayAsync(DatabaseKind.Sqlite, Lines.GroupBy(HalfYear, StringComparer.Ordinal).Select(g => g.ToArray()), safety: true);
        Assert.Equal(free.Workers, guarded.Workers);
        Assert.Equal(free.Members, guarded.Members);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Told_again_it_says_nothing_new(DatabaseKind kind)
    {
        await using var bridge = await FeedBridge.StartAsync(kind, Source(safety: false));
        await ReadAsync(bridge, Lines);
        var before = await StateAsync(bridge);

        var counts = await ReadAsync(bridge, Lines);

        Assert.Equal(0, counts.Changed);
        Assert.Equal(before.Events, (await StateAsync(bridge)).Events);
    }

    private static async Task<State> ReplayAsync(DatabaseKind kind, IEnumerable<string[]> batches, bool safety = false)
    {
        await using var bridge = await FeedBridge.StartAsync(kind, Source(safety));
        foreach (var batch in batches)
        {
            await ReadAsync(bridge, batch);
            if (safety)
                await ApproveAsync(bridge);
        }

        return await StateAsync(bridge);
    }

    private static async Task<Storage.Stores.BatchCounts> ReadAsync(FeedBridge bridge, string[] lines)
    {
        var batch = await bridge.ReadAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)), new Manifest("delta"));
        Assert.Equal(("read", 0L), (batch.State, batch.Counts.Faults));
        return batch.Counts;
    }

    private static async Task ApproveAsync(FeedBridge bridge)
    {
        var holds = await bridge.Database.ReadAsync(
            s => Storage.Stores.HoldStore.ListAsync(s, FeedBridge.Source, "open", null, 100, CancellationToken.None), CancellationToken.None);
        foreach (var hold in holds)
            await bridge.Get<HoldDecisions>().DecideAsync(hold, null, approve: true, "test", CancellationToken.None);
        await bridge.RunAsync(DrainKind.DecideWorkers);
    }

    private static string Text(JsonObject user, HashSet<string> known)
    {
        var copy = user.DeepClone().AsObject();
        if (copy[Enterprise]?["manager"]?["value"]?.GetValue<string>() is { } manager && !known.Contains(manager))
            copy[Enterprise]!.AsObject().Remove("manager");
        return copy.ToJsonString();
    }

    // What was read of each worker, without names that the bridge gives: who of two namesakes comes first depends on the order.
    private static async Task<State> StateAsync(FeedBridge bridge)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var workers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await bridge.Database.ReadAsync(
            async s =>
            {
                foreach (var (id, resource, state) in await s.QueryAsync(
                    "SELECT worker_id, resource_id, access, manager_id, department FROM worker",
                    r => (r.GetString(0), r.GetString(1), $"{Text(r, 2)} manager {Text(r, 3)} department {Text(r, 4)}"),
                    CancellationToken.None))
                {
                    ids[resource] = id;
                    workers[id] = state;
                }

                return 0;
            },
            CancellationToken.None);
        var users = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var (id, body) in await bridge.UsersAsync())
        {
            body.Remove("userName");
            body.Remove("emails");
            if (body[Enterprise]?["manager"] is JsonObject manager)
                manager["value"] = ids[manager["value"]!.GetValue<string>()];
            users[id] = body;
        }

        var members = await bridge.Database.ReadAsync(
            s => s.QueryAsync(
                "SELECT w.worker_id, g.origin FROM membership m JOIN worker w ON w.resource_id = m.member_id JOIN resource g ON g.id = m.group_id ORDER BY 1, 2",
                r => r.GetString(0) + " " + r.GetString(1),
                CancellationToken.None),
            CancellationToken.None);
        var events = await bridge.Database.ReadAsync(
            s => s.FirstAsync("SELECT count(*) FROM lifecycle_event WHERE record_seq IS NOT NULL", r => r.GetInt64(0), CancellationToken.None),
            CancellationToken.None);
        return new State(workers, users, [.. members.Order(StringComparer.Ordinal)], events);

        static string Text(System.Data.Common.DbDataReader r, int column) => r.IsDBNull(column) ? "none" : r.GetString(column);
    }

    private static IEnumerable<string[]> Batches(string[] lines, Random random)
    {
        for (var first = 0; first < lines.Length;)
        {
            var size = random.Next(60, 240);
            yield return lines[first..Math.Min(first + size, lines.Length)];
            first += size;
        }
    }

    private static string HalfYear(string line)
    {
        var date = JsonNode.Parse(line)!["effectiveDate"]!.GetValue<string>();
        return $"{date[..4]}-{(int.Parse(date[5..7], System.Globalization.CultureInfo.InvariantCulture) - 1) / 6}";
    }

    private static JsonObject Source(bool safety) => new()
    {
        ["kind"] = "json",
        ["lines"] = true,
        ["columns"] = new JsonObject
        {
            ["workerId"] = "employeeId", ["givenName"] = "givenName", ["familyName"] = "familyName", ["status"] = "status",
            ["startDate"] = "hireDate", ["terminationDate"] = "terminationDate", ["department"] = "department", ["departmentCode"] = "departmentId",
            ["title"] = "title", ["managerId"] = "managerId", ["effectiveFrom"] = "effectiveDate", ["recordKind"] = "event",
        },
        ["constants"] = new JsonObject { ["type"] = "employee" },
        ["words"] = new JsonObject
        {
            ["status"] = new JsonObject { ["active"] = "active", ["terminated"] = "terminated" },
            ["kind"] = new JsonObject { ["hire"] = "new", ["change"] = "change", ["termination"] = "change" },
        },
        ["timeZone"] = "Europe/Copenhagen",
        ["safety"] = new JsonObject { ["enabled"] = safety },
    };

    private sealed record State(
        SortedDictionary<string, string> Workers, Dictionary<string, JsonObject> Users, IReadOnlyList<string> Members, long Events);
}
