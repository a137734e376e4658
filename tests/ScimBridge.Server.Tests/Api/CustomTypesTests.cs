using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Scim.Schemas;
using static ScimBridge.Server.Tests.Api.ApiBridge;
using static ScimBridge.Server.Tests.Api.CustomTypes;

namespace ScimBridge.Server.Tests.Api;

/// <summary>Resource types and extensions that come from the configuration alone (RFC 7643, 6 and 7).</summary>
public sealed class CustomTypesTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Extension_of_users_has_every_data_type(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: Configure);
        var id = await UserAsync(bridge, "ann@corp.example", Full());
        await UserAsync(bridge, "bo@corp.example", """{"number":"b-2","level":2,"rate":10,"issuedAt":"2026-01-05T10:00:00Z","trained":false}""");

        var badge = (await bridge.GetAsync("/Users/" + id)).Is(HttpStatusCode.OK).Body![Badge]!.AsObject();
        Assert.Equal(9007199254740993, (long)badge["level"]!);
        Assert.Equal(9.5m, (decimal)badge["rate"]!);
        Assert.Equal("AQID", (string?)badge["print"]);
        Assert.Equal(7, (int)badge["locker"]!["shelf"]!);
        Assert.False(badge.ContainsKey("pin"));
        Assert.False(badge.ContainsKey("motto"));
        var asked = (await bridge.GetAsync($"/Users/{id}?attributes={Badge}:motto,{Badge}:pin")).Body![Badge]!.AsObject();
        Assert.Equal("Onward", (string?)asked["motto"]);
        Assert.False(asked.ContainsKey("pin"));

        foreach (var (filter, finds) in new (string, string[])[]
        {
            ("number eq \"B-1\"", ["ann"]), ("number eq \"b-1\"", []), ("level gt 9007199254740992", ["ann"]), ("level lt 10", ["bo"]),
            ("rate lt 10", ["ann"]), ("rate eq 10.0", ["bo"]), ("rate ge 9.5", ["ann", "bo"]), ("trained eq true", ["ann"]),
            ("issuedAt eq \"2026-01-05T10:00:00Z\"", ["bo"]), ("issuedAt lt \"2026-01-05T10:30:00+01:00\"", ["ann"]), ("print eq \"AQID\"", ["ann"]),
            ("page sw \"https://\"", ["ann"]), ("locker.room eq \"CELLAR\"", ["ann"]), ("locker.shelf ne 7", ["bo"]), ("doors eq \"north\"", ["ann"]),
            ("deputy pr", []), ("motto co \"war\"", ["ann"]),
        })
        {
            var found = await bridge.ListAsync($"/Users?sortBy=userName&filter={Uri.EscapeDataString($"{Badge}:{filter}")}");
            Assert.Equal((filter, string.Join(' ', finds)), (filter, string.Join(' ', found.Select(u => ((string)u.Body!["userName"]!).Split('@')[0]))));
        }

        foreach (var (attribute, first) in new[] { ("level", "bo"), ("rate", "ann"), ("issuedAt", "ann"), ("trained", "bo"), ("number", "ann") })
        {
            var sorted = await bridge.ListAsync($"/Users?sortBy={Badge}:{attribute}");
            Assert.Equal((attribute, first + "@corp.example"), (attribute, (string)sorted[0].Body!["userName"]!));
        }
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Values_that_are_not_of_their_type_are_refused(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: Configure);
        var id = await UserAsync(bridge, "ann@corp.example", Full());
        var before = await bridge.GetAsync("/Users/" + id);

        foreach (var (attribute, value) in new[]
        {
            ("level", "1.5"), ("level", "1e3"), ("level", "\"1\""), ("level", "99999999999999999999"), ("rate", "\"9\""), ("rate", "1e999"), ("issuedAt", "\"2026-01-05\""),
            ("trained", "\"True\""), ("print", "\"*\""), ("page", "7"), ("locker", "\"x\""), ("locker", """{"shelf":"7"}"""), ("doors", "[1]"),
            ("deputy", """{"value":"nobody"}"""), ("deputy", """{"value":"00000000-0000-4000-8000-000000000000"}"""),
        })
        {
            var answer = await bridge.PatchAsync("/Users/" + id, Operation("replace", $"{Badge}:{attribute}", JsonNode.Parse(value)));
            Assert.True(answer.Status == HttpStatusCode.BadRequest && answer.ScimType == "invalidValue", $"{attribute} {value}: {(int)answer.Status} {answer.ScimType}");
        }

        Assert.Equal(before.ETag, (await bridge.GetAsync("/Users/" + id)).ETag);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Immutable_is_written_once_and_unique_is_had_by_one(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: Configure);
        var ann = await UserAsync(bridge, "ann@corp.example", """{"number":"b-1"}""");
        var bo = await UserAsync(bridge, "bo@corp.example", """{"number":"B-1"}""");

        (await SetAsync(ann, "issuedBy", "desk")).Is(HttpStatusCode.OK);
        (await SetAsync(ann, "issuedBy", "desk")).Is(HttpStatusCode.OK);
        (await SetAsync(ann, "issuedBy", "gate")).Is(HttpStatusCode.BadRequest, "mutability");
        (await SetAsync(bo, "number", "b-1")).Is(HttpStatusCode.Conflict, "uniqueness");
        (await bridge.PostAsync("/Users", Body("cy@corp.example", """{"number":"b-1"}"""))).Is(HttpStatusCode.Conflict, "uniqueness");
        (await SetAsync(ann, "number", "b-3")).Is(HttpStatusCode.OK);
        (await SetAsync(bo, "number", "b-1")).Is(HttpStatusCode.OK);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            i => bridge.PostAsync("/Users", Body($"racer{i}@corp.example", """{"number":"b-9"}"""))));
        Assert.Single(outcomes, o => o.Status == HttpStatusCode.Created);
        Assert.All(outcomes.Where(o => o.Status != HttpStatusCode.Created), o => o.Is(HttpStatusCode.Conflict, "uniqueness"));

        Task<ApiAnswer> SetAsync(string id, string attribute, string value) =>
            bridge.PatchAsync("/Users/" + id, Operation("replace", $"{Badge}:{attribute}", value));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Resource_type_of_the_configuration_is_served_like_users_and_groups(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: Configure);
        var owner = await bridge.UserAsync("ann@corp.example");
        Assert.Contains(await bridge.ListAsync("/ResourceTypes"), t => (string?)t.Body!["endpoint"] == "/Devices");
        (await bridge.GetAsync("/Schemas/" + Device)).Is(HttpStatusCode.OK);

        var created = (await bridge.PostAsync("/Devices", NewDevice("s-1", owner))).Is(HttpStatusCode.Created);
        await PostedAsync("s-2");
        Assert.Equal(bridge.Url + "/Devices/" + created.Id, created.Location);
        Assert.Equal("Device", (string?)created.Body!["meta"]!["resourceType"]);
        Assert.Equal(bridge.Url + "/Users/" + owner, (string?)created.Body["owner"]!["$ref"]);
        Assert.False(created.Body.ContainsKey("unlockCode"));

        (await bridge.PostAsync("/Devices", NewDevice("s-1"))).Is(HttpStatusCode.Conflict, "uniqueness");
        (await bridge.PostAsync("/Devices", NewDevice(" "))).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await bridge.PostAsync("/Devices", NewDevice("s-3", warranty: null))).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await bridge.PostAsync("/Devices", NewDevice("s-3", warranty: """{"contract":"c"}"""))).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await bridge.PostAsync("/Devices", NewDevice("s-3", "00000000-0000-4000-8000-000000000000"))).Is(HttpStatusCode.BadRequest, "invalidValue");

        var path = "/Devices/" + created.Id;
        (await bridge.PatchAsync(path, Operation("replace", "serialNumber", "s-9"))).Is(HttpStatusCode.BadRequest, "mutability");
        // RFC 7644, 3.5.2.2: what is required cannot be removed.
        (await bridge.PatchAsync(path, Operation("remove", Warranty + ":until", null))).Is(HttpStatusCode.BadRequest, "mutability");
        var patched = (await bridge.PatchAsync(
            path,
            Operation("add", "addresses", JsonNode.Parse("""[{"value":"10.0.0.1","type":"ip","primary":true},{"value":"aa:bb","type":"mac"}]""")),
            Operation("replace", "addresses[type eq \"ip\"].value", "10.0.0.2"),
            Operation("replace", "weight", 1.25m))).Is(HttpStatusCode.OK);
        Assert.Equal("10.0.0.2", (string?)patched.Body!["addresses"]![0]!["value"]);

        foreach (var filter in new[]
        {
            "serialNumber eq \"s-1\"", "weight lt 1.3", $"owner.value eq \"{owner}\"", "addresses[type eq \"mac\" and value sw \"aa\"]",
            $"{Warranty}:until gt \"2026-01-01T00:00:00Z\" and weight pr", "meta.resourceType eq \"Device\" and owner pr",
        })
        {
            var search = new JsonObject { ["schemas"] = new JsonArray(MessageUris.SearchRequest), ["filter"] = filter };
            var found = (await bridge.PostAsync("/Devices/.search", search)).Is(HttpStatusCode.OK).Body!;
            Assert.True((int)found["totalResults"]! == 1, filter);
            Assert.Equal(created.Id, (string?)found["Resources"]![0]!["id"]);
        }

        Assert.Equal(["s-2", "s-1"], (await bridge.ListAsync("/Devices?sortBy=serialNumber&sortOrder=descending")).Select(d => (string)d.Body!["serialNumber"]!));
        var everything = await bridge.ListAsync($"/?filter={Uri.EscapeDataString($"meta.resourceType eq \"Device\" or userName pr")}");
        Assert.Equal(3, everything.Count);

        // Who is named by a device and goes is named by it no longer.
        (await bridge.DeleteAsync("/Users/" + owner)).Is(HttpStatusCode.NoContent);
        var orphan = await bridge.GetAsync(path);
        Assert.False(orphan.Body!.ContainsKey("owner"));
        Assert.NotEqual(patched.ETag, orphan.ETag);
        (await bridge.SendAsync("PUT", path, NewDevice("s-1"), headers: ("If-Match", orphan.ETag!))).Is(HttpStatusCode.OK);
        (await bridge.DeleteAsync(path)).Is(HttpStatusCode.NoContent);
        (await bridge.GetAsync(path)).Is(HttpStatusCode.NotFound);

        async Task PostedAsync(string serial) => (await bridge.PostAsync("/Devices", NewDevice(serial))).Is(HttpStatusCode.Created);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Bulk_makes_resources_of_every_type_that_name_each_other(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: Configure);

        var answer = (await bridge.PostAsync("/Bulk", Bulk(
            ("POST", "/Devices", NewDevice("s-1", "bulkId:b1")), ("POST", "/Users", User("ann@corp.example"))))).Is(HttpStatusCode.OK);

        Assert.All(answer.Body!["Operations"]!.AsArray(), o => Assert.Equal("201", (string?)o!["status"]));
        var device = Assert.Single(await bridge.ListAsync("/Devices")).Body!;
        Assert.Equal(await bridge.FindAsync("ann@corp.example"), (string?)device["owner"]!["value"]);
    }

    private static string Full() =>
        """
        {
          "number": "B-1", "level": 9007199254740993, "rate": 9.5, "issuedAt": "2026-01-05T09:00:00.123Z", "trained": true, "print": "AQID",
          "page": "https://badges.example/1", "pin": "1234", "motto": "Onward", "locker": { "room": "Cellar", "shelf": 7 }, "doors": ["north", "south"]
        }
        """;

    private static JsonObject Body(string userName, string badge)
    {
        var body = User(userName);
        body["schemas"]!.AsArray().Add(Badge);
        body[Badge] = JsonNode.Parse(badge);
        return body;
    }

    private static async Task<string> UserAsync(ApiBridge bridge, string userName, string badge) =>
        (await bridge.PostAsync("/Users", Body(userName, badge))).Is(HttpStatusCode.Created).Id;

    private static JsonObject NewDevice(string serial, string? owner = null, string? warranty = """{"until":"2027-01-01T00:00:00Z"}""")
    {
        var body = new JsonObject { ["schemas"] = new JsonArray(Device, Warranty), ["serialNumber"] = serial, ["unlockCode"] = "1234" };
        if (owner is not null)
            body["owner"] = new JsonObject { ["value"] = owner };
        if (warranty is not null)
            body[Warranty] = JsonNode.Parse(warranty);
        return body;
    }
}
