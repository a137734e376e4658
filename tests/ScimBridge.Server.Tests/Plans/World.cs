using System.Text.Json.Nodes;
using ScimBridge.Storage;

namespace ScimBridge.Server.Tests.Plans;

/// <summary>What is true at the bridge and at its targets, read straight from the tables; two of them tell what has happened in between.</summary>
internal sealed class World
{
    private readonly Dictionary<string, (string Subject, JsonObject Body)> _resources = new(StringComparer.Ordinal);
    private readonly HashSet<(string Group, string Member)> _members = [];
    private readonly Dictionary<(string Target, string Resource), (bool Active, JsonObject Delivered)> _accounts = [];
    private readonly HashSet<(string Target, string Group, string Member)> _acknowledged = [];

    public static Task<World> LookAsync(Database database) => database.ReadAsync(
        async s =>
        {
            var world = new World();
            var none = CancellationToken.None;
            foreach (var (id, subject, body) in await s.QueryAsync(
                "SELECT r.id, CASE WHEN w.worker_id IS NULL THEN replace(r.origin, 'rule:', '') ELSE w.source || '/' || w.worker_id END, r.body " +
                "FROM resource r LEFT JOIN worker w ON w.resource_id = r.id",
                r => (r.GetString(0), r.GetString(1), r.GetString(2)),
                none))
            {
                world._resources[id] = (subject, JsonNode.Parse(body)!.AsObject());
            }

            world._members.UnionWith(await s.QueryAsync("SELECT group_id, member_id FROM membership", r => (r.GetString(0), r.GetString(1)), none));
            foreach (var (target, id, active, delivered) in await s.QueryAsync(
                "SELECT target, resource_id, active, delivered FROM link WHERE remote_id IS NOT NULL",
                r => (r.GetString(0), r.GetString(1), r.GetBoolean(2), r.GetString(3)),
                none))
            {
                world._accounts[(target, id)] = (active, JsonNode.Parse(delivered)!.AsObject());
            }

            world._acknowledged.UnionWith(
                await s.QueryAsync("SELECT target, group_id, member_id FROM link_member", r => (r.GetString(0), r.GetString(1), r.GetString(2)), none));
            return world;
        },
        CancellationToken.None);

    /// <summary>Every row of every table but those of plans and leases, as text.</summary>
    public static async Task<List<string>> DumpAsync(Database database)
    {
        string[] tables =
        [
            "resource", "resource_key", "membership", "journal", "batch", "batch_fault", "worker", "record", "due", "link", "link_member", "token",
            "relationship", "held_record", "hold", "effect_passed", "quarantine", "released_record", "lifecycle_event", "client_mastered",
        ];
        var rows = new List<string>();
        foreach (var table in tables)
        {
            var some = await database.ReadAsync(
                s => s.QueryAsync(
                    $"SELECT * FROM {table}" + (table == "journal" ? " WHERE kind <> 'plan.made'" : ""),
                    r => table + ": " + string.Join(" | ", Enumerable.Range(0, r.FieldCount).Select(i => r.GetValue(i).ToString())),
                    CancellationToken.None),
                CancellationToken.None);
            rows.AddRange(some.Order(StringComparer.Ordinal));
        }

        return rows;
    }

    /// <summary>What has happened since, in the words of a plan: subject, target, operation, group.</summary>
    public SortedSet<string> HappenedSince(World before)
    {
        var happened = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (id, (subject, body)) in _resources)
        {
            if (!before._resources.TryGetValue(id, out var was))
                happened.Add($"{subject} @ create ");
            else if (!JsonNode.DeepEquals(was.Body, body))
                happened.Add($"{subject} @ {Operation(Truth(was.Body), Truth(body), was.Body, body)} ");
        }

        foreach (var ((target, id), (active, delivered)) in _accounts)
        {
            var subject = (_resources.TryGetValue(id, out var resource) ? resource : before._resources[id]).Subject;
            if (!before._accounts.TryGetValue((target, id), out var was))
                happened.Add($"{subject} @{target} create ");
            else if (was.Active != active || !JsonNode.DeepEquals(was.Delivered, delivered))
                happened.Add($"{subject} @{target} {Operation(was.Active, active, was.Delivered, delivered)} ");
        }

        foreach (var (id, (subject, _)) in before._resources.Where(r => !_resources.ContainsKey(r.Key)))
            happened.Add($"{subject} @ delete ");
        foreach (var (target, id) in before._accounts.Keys.Except(_accounts.Keys))
            happened.Add($"{before._resources[id].Subject} @{target} delete ");
        foreach (var (group, member) in _members.Except(before._members))
            happened.Add($"{_resources[member].Subject} @ gain {_resources[group].Subject}");
        // With who is no more the memberships go, and nobody says so.
        foreach (var (group, member) in before._members.Except(_members).Where(m => _resources.ContainsKey(m.Member)))
            happened.Add($"{_resources[member].Subject} @ lose {_resources[group].Subject}");
        foreach (var (target, group, member) in _acknowledged.Except(before._acknowledged))
            happened.Add($"{_resources[member].Subject} @{target} gain {_resources[group].Subject}");
        foreach (var (target, group, member) in before._acknowledged.Except(_acknowledged).Where(m => _resources.ContainsKey(m.Member)))
            happened.Add($"{_resources[member].Subject} @{target} lose {_resources[group].Subject}");
        return happened;
    }

    private static bool Truth(JsonObject body) => body["active"]?.GetValue<bool>() ?? true;

    private static string Operation(bool wasActive, bool isActive, JsonObject was, JsonObject now) => (wasActive, isActive) switch
    {
        (false, true) => "enable",
        (true, false) => "disable",
        _ => (string?)was["userName"] != (string?)now["userName"] ? "rename" : "update",
    };
}
