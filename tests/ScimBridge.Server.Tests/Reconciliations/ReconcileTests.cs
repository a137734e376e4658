using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Storage.Stores;
using Xunit.Abstractions;

namespace ScimBridge.Server.Tests.Reconciliations;

/// <summary>What somebody does at a target behind the bridge's back is found, all of it, and nothing else, on both databases.</summary>
public sealed class ReconcileTests(ITestOutputHelper output)
{
    private const int People = 400;
    private const int VictimsOfEach = 3;
    private const int FirstProtected = 381;
    private static readonly IReadOnlyList<DriftRow> Rows = JsonSerializer.Deserialize<List<DriftRow>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reconciliations", "drift.json")), JsonSerializerOptions.Web)!;

    private static readonly HashSet<int> Leavers = [.. Enumerable.Range(301, 30)];
    private static readonly HashSet<int> Suspended = [.. Enumerable.Range(341, 10)];
    private static readonly HashSet<int> Admins = [.. Enumerable.Range(361, 10)];

    public static TheoryData<DatabaseKind, string> Everywhere
    {
        get
        {
            var data = new TheoryData<DatabaseKind, string>();
            foreach (var kind in Enum.GetValues<DatabaseKind>())
            {
                foreach (var target in new[] { "scim", "okta", "entra" })
                    data.Add(kind, target);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task Every_seeded_drift_is_found_and_nothing_else(DatabaseKind kind, string target)
    {
        await using var bridge = await DriftBridge.StartAsync(kind, [target], DriftIdentities.On);
        await bridge.FillAsync(People, Leavers, Suspended, Admins);
        var identities = await DriftIdentities.StandAsync(
            bridge, target, [.. Rows.Where(r => r.IsOfIdentity && r.At?.Contains(target) != false)], VictimsOfEach, Leavers.Min(), firstOwner: 220);
        await bridge.Bridge.RestartAsync(json => json["targets"]![target]!["protect"] = new JsonObject
        {
            ["ids"] = new JsonArray([.. identities.Protected.Select(id => (JsonNode)id)]),
            ["userNames"] = new JsonArray([.. Enumerable.Range(FirstProtected, VictimsOfEach).Select(i => (JsonNode)$"given{i}.family{i}@corp.example")]),
        });
        var (clean, nothing) = await bridge.ReconcileAsync(target);
        Assert.Equal("done", clean.State);
        Assert.Equal(identities.Unadopted, nothing.Select(Key).Order(StringComparer.Ordinal));

        var expected = await SeedAsync(bridge, target);
        expected.UnionWith(await identities.SeedAsync());
        var (_, found) = await bridge.ReconcileAsync(target);

        var keys = found.Where(f => f.Difference.Standing is Standing.Open or Standing.Shielded).Select(Key).ToList();
        var missed = expected.Except(keys).ToList();
        var wrong = keys.Where(k => !expected.Contains(k) && !IsSequel(k, expected)).ToList();
        output.WriteLine($"{target}, {kind}: {expected.Count} drifts of {Rows.Count} kinds, {keys.Count} found, {missed.Count} missed, {wrong.Count} wrong");
        Assert.True(missed.Count == 0 && wrong.Count <= 0.01 * keys.Count, $"Missed:\n{string.Join('\n', missed)}\nWrong:\n{string.Join('\n', wrong)}");
    }

    private static async Task<HashSet<string>> SeedAsync(DriftBridge bridge, string target)
    {
        var (users, groups) = (await bridge.UsersAsync(), await bridge.GroupsAsync());
        var seeded = new SeededDrift(bridge, target, users, groups, await bridge.LinksAsync(target, users.Values.Concat(groups.Values)));
        var (expected, next, leaver, suspended) = (new HashSet<string>(StringComparer.Ordinal), 10, Leavers.Min(), Suspended.Min());
        foreach (var row in Rows.Where(r => !r.IsOfIdentity && r.At?.Contains(target) != false))
        {
            for (var victim = 0; victim < VictimsOfEach; victim++)
            {
                var person = row.Drift switch
                {
                    "leaver enabled again" or "role given to a leaver" or "consent of a leaver" => leaver++,
                    "suspended one enabled again" => suspended++,
                    "protected account changed" => FirstProtected + victim,
                    // Of the eight groups, some for each of the two.
                    "group deleted" => 8 + 1 + victim,
                    "group renamed" => 8 + 5 + victim,
                    "member taken out of a group" => 200 + (4 * victim),
                    _ => next++,
                };
                expected.Add(await seeded.SeedAsync(row, person));
            }
        }

        return expected;
    }

    /// <summary>What is so because of something that was done: nobody is in a group that is deleted, and a stranger in a group is a stranger.</summary>
    private static bool IsSequel(string key, HashSet<string> expected) =>
        key.Split(' ') is ["orphan", var stranger] && expected.Any(e => e.StartsWith($"extraMembership {stranger} ", StringComparison.Ordinal));

    private static string Key(StoredDifference stored)
    {
        var d = stored.Difference;
        var subject = d.Kind is DifferenceKind.Duplicate or DifferenceKind.Unmatched ? d.RemoteId : d.ResourceId ?? d.RemoteId;
        return $"{Words.Of(d.Kind)} {subject}{(d.GroupId is null ? "" : " " + d.GroupId)}";
    }
}
