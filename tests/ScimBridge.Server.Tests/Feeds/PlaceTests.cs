using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Plans;

namespace ScimBridge.Server.Tests.Feeds;

/// <summary>Department and manager follow the timeline, also where no record comes in.</summary>
public sealed class PlaceTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Manager_and_department_of_a_day_to_come_are_set_on_that_day(DatabaseKind kind)
    {
        await using var bridge = await FeedBridge.StartAsync(kind, Source());
        await ReadAsync(bridge, Line("8", "2020-01-01"), Line("9", "2020-01-01"), Line("1", "2020-01-01", "Sales", "8"));
        await ReadAsync(bridge, Line("1", "2026-03-06", "Finance", "9"));
        Assert.Equal(("Sales", "8"), await PlaceAsync(bridge, "1"));

        await bridge.PassAsync(TimeSpan.FromDays(5));

        Assert.Equal(("Finance", "9"), await PlaceAsync(bridge, "1"));
        var types = await bridge.Database.ReadAsync(
            s => s.QueryAsync("SELECT type FROM lifecycle_event WHERE worker_id = '1' ORDER BY seq", r => r.GetString(0), CancellationToken.None), CancellationToken.None);
        Assert.Equal(["worker.hired", "worker.moved"], types);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Manager_and_department_are_those_of_before_when_a_batch_is_rolled_back(DatabaseKind kind)
    {
        await using var bridge = await FeedBridge.StartAsync(kind, Source());
        await ReadAsync(bridge, Line("8", "2020-01-01"), Line("9", "2020-01-01"), Line("1", "2020-01-01", "Sales", "8"));
        var batch = await ReadAsync(bridge, Line("1", "2026-03-01", "Finance", "9"));
        Assert.Equal(("Finance", "9"), await PlaceAsync(bridge, "1"));

        await bridge.RollBackAsync(batch);
        await bridge.RunAsync(DrainKind.DecideWorkers);

        Assert.Equal(("Sales", "8"), await PlaceAsync(bridge, "1"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Of_several_records_in_one_batch_the_one_that_holds_now_places_the_worker(DatabaseKind kind)
    {
        await using var bridge = await FeedBridge.StartAsync(kind, Source());
        await ReadAsync(bridge, Line("8", "2020-01-01"), Line("9", "2020-01-01"), Line("1", "2020-01-01", "Sales", "8"));

        await ReadAsync(bridge, Line("1", "2025-01-01", "Finance", "9"), Line("1", "2023-01-01", "Legal", "8"), Line("1", "2024-01-01", "Sales", ""));

        Assert.Equal(("Finance", "9"), await PlaceAsync(bridge, "1"));
    }

    private static async Task<Storage.Stores.Batch> ReadAsync(FeedBridge bridge, params string[] lines) =>
        await bridge.ReadAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)), new Manifest("delta"));

    // As the user has them, and as they are noted with the worker.
    private static async Task<(string?, string?)> PlaceAsync(FeedBridge bridge, string id)
    {
        var noted = await bridge.Database.ReadAsync(
            s => Storage.Stores.WorkerStore.PlacesAsync(s, FeedBridge.Source, ["8", "9", id], CancellationToken.None), CancellationToken.None);
        var user = (await bridge.UsersAsync())[id][Enterprise]!;
        var manager = user["manager"]?["value"]?.GetValue<string>();
        var place = noted.Single(p => p.WorkerId == id);
        Assert.Equal((user["department"]?.GetValue<string>(), noted.SingleOrDefault(p => p.ResourceId == manager).WorkerId), (place.Department, place.ManagerId));
        return (place.Department, place.ManagerId);
    }

    private static string Line(string id, string from, string department = "Board", string manager = "") => new JsonObject
    {
        ["workerId"] = id, ["givenName"] = "Anna", ["familyName"] = "Berg" + id, ["status"] = "active", ["type"] = "employee", ["startDate"] = "2020-01-01",
        ["department"] = department, ["managerId"] = manager, ["effectiveFrom"] = from,
    }.ToJsonString();

    private static JsonObject Source() => new() { ["kind"] = "json", ["lines"] = true, ["timeZone"] = "Europe/Copenhagen" };
}
