using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;

namespace ScimBridge.Server.Tests.Hris;

/// <summary>Pushes, batches, events and bulkUpload over HTTP, on both databases.</summary>
public sealed class WaysInTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Pushed_worker_is_accepted_and_said_again_is_no_news(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);

        Assert.Equal(["accepted"], (await bridge.PushAsync(HrisBridge.Worker("1"))).Is(HttpStatusCode.OK).Outcomes);
        Assert.True(await bridge.IsActiveAsync("1"));
        Assert.Equal(["unchanged"], (await bridge.PushAsync(HrisBridge.Worker("1"))).Is(HttpStatusCode.OK).Outcomes);
        var several = new JsonArray(HrisBridge.Worker("1"), HrisBridge.Worker("2", "Bo", "Dahl"), HrisBridge.Worker("3", status()), HrisBridge.Worker("4", "Cy", "Ek", ("status", "gone fishing")));
        Assert.Equal(["unchanged", "accepted", "accepted", "refused"], (await bridge.PushAsync(several)).Is(HttpStatusCode.OK).Outcomes);
        Assert.Equal(["1 worker.hired", "2 worker.hired", "3 worker.hired"], await bridge.EventsAsync());

        static string status() => "Dee";
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_a_partial_push_leaves_out_stays_and_what_it_empties_goes(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        await bridge.PushAsync(HrisBridge.Worker("1", "Anna", "Jensen", ("title", "Engineer"), ("department", "Sales")));

        await bridge.PushAsync(new JsonObject { ["workerId"] = "1", ["title"] = "Manager" }, "?partial=true");
        await bridge.PushAsync(new JsonObject { ["workerId"] = "1", ["department"] = null }, "?partial=true");

        var user = await bridge.UserAsync("1");
        Assert.Equal(("Manager", true), ((string)user!["title"]!, (bool)user["active"]!));
        Assert.Null(user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["department"]);
        Assert.Equal("Jensen", (string)user["name"]!["familyName"]!);
        Assert.Equal(["1 worker.hired", "1 worker.moved", "1 worker.moved"], await bridge.EventsAsync());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Snapshot_that_comes_again_after_something_else_is_news(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var worker = HrisBridge.Worker("1", "Anna", "Jensen", ("title", "Engineer"));
        await bridge.FullAsync(worker);
        await bridge.PushAsync(new JsonObject { ["workerId"] = "1", ["title"] = "Manager" }, "?partial=true");
        var ended = new JsonObject { ["workerId"] = "1", ["status"] = "terminated", ["effectiveFrom"] = "2026-03-02" };
        await bridge.PushAsync(ended, "?partial=true");
        Assert.False(await bridge.IsActiveAsync("1"));

        bridge.Time.Advance(TimeSpan.FromDays(1));
        await bridge.FullAsync(worker);

        var user = await bridge.UserAsync("1");
        Assert.Equal(("Engineer", true), ((string)user!["title"]!, (bool)user["active"]!));
        Assert.Equal(0, (int)(await bridge.FullAsync(worker)).Body!["changed"]!);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Too_little_to_make_a_worker_of_waits_for_the_rest(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);

        await bridge.PushAsync(new JsonObject { ["workerId"] = "1", ["title"] = "Engineer" }, "?partial=true");
        Assert.Null(await bridge.UserAsync("1"));
        Assert.Empty(await bridge.EventsAsync());
        var rest = HrisBridge.Worker("1");
        await bridge.PushAsync(rest, "?partial=true");

        Assert.Equal("Engineer", (string)(await bridge.UserAsync("1"))!["title"]!);
        Assert.Equal(["1 worker.hired"], await bridge.EventsAsync());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Batch_says_what_it_is_and_what_came_of_each_record(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var body = HrisBridge.Worker("1").ToJsonString() + "\n{ broken\n" + HrisBridge.Worker("2", "Bo", "Dahl", ("startDate", "1820-01-01")).ToJsonString() + "\n";
        var digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

        var first = await bridge.SendAsync("POST", "/hris/v1/people/batches?expectedRows=3", body, "application/x-ndjson", ("Idempotency-Key", "k1"), ("Content-Digest", $"sha-256=:{digest}:"));
        var again = await bridge.SendAsync("POST", "/hris/v1/people/batches", body, "application/x-ndjson", ("Idempotency-Key", "k1"));
        var other = await bridge.SendAsync("POST", "/hris/v1/people/batches", body + "\n", "application/x-ndjson", ("Idempotency-Key", "k1"));
        var lost = await bridge.SendAsync("POST", "/hris/v1/people/batches", body[..^3], "application/x-ndjson", ("Content-Digest", $"sha-256=:{digest}:"));

        var id = (string)first.Is(HttpStatusCode.Accepted).Body!["id"]!;
        Assert.Equal(id, (string)again.Is(HttpStatusCode.Accepted).Body!["id"]!);
        other.Is(HttpStatusCode.Conflict);
        lost.Is(HttpStatusCode.Conflict);
        var batch = (await bridge.BatchAsync(id)).Body!;
        Assert.Equal(("read", 3, 1, 2), ((string)batch["state"]!, (int)batch["rows"]!, (int)batch["changed"]!, (int)batch["faults"]!));
        var records = (await bridge.SendAsync("GET", $"/hris/v1/people/batches/{id}/records")).Is(HttpStatusCode.OK);
        Assert.Equal(["accepted", "refused", "refused"], records.Outcomes);
        Assert.Equal("startDate", (string)records.Body!["records"]![2]!["field"]!);
        (await bridge.SendAsync("GET", "/hris/v1/people/batches/none")).Is(HttpStatusCode.NotFound);
        (await bridge.SendAsync("POST", "/hris/v1/people/batches?mode=some", body)).Is(HttpStatusCode.BadRequest);
        (await bridge.SendAsync("POST", "/hris/v1/people/batches?asOf=yesterday", body)).Is(HttpStatusCode.BadRequest);
        (await bridge.SendAsync("POST", "/hris/v1/nobody/batches", body)).Is(HttpStatusCode.Forbidden);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Older_batch_that_comes_late_takes_nothing_back(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        await bridge.PushAsync(HrisBridge.Worker("1", "Anna", "Jensen", ("title", "New")), "?asOf=2026-03-01T00:00:00Z");
        await bridge.PushAsync(HrisBridge.Worker("1", "Anna", "Jensen", ("title", "Old")), "?asOf=2026-02-01T00:00:00Z");

        Assert.Equal("New", (string)(await bridge.UserAsync("1"))!["title"]!);
        var february = (await bridge.AdminAsync("GET", "/admin/v1/sources/people/workers/1?at=2026-02-10T00:00:00Z")).Is(HttpStatusCode.OK);
        Assert.Equal("Old", (string)february.Body!["facts"]!["title"]!);
        Assert.Equal("atWork", (string)february.Body["decided"]!["rule"]!);
        Assert.Equal(2, february.Body["assertions"]!.AsArray().Count);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Dry_run_says_what_would_happen_and_changes_nothing(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        await bridge.PushAsync(HrisBridge.Worker("1"));

        var answer = (await bridge.PushAsync(
            new JsonArray(HrisBridge.Worker("1", "Anna", "Jensen", ("status", "terminated")), HrisBridge.Worker("2", "Bo", "Dahl"), HrisBridge.Worker("3", "Cy", "Ek", ("startDate", "0202-01-01"))),
            "?dryRun=true")).Is(HttpStatusCode.OK);

        var report = answer.Body!["report"]!;
        Assert.Equal((2, 0, 1), ((int)report["accepted"]!, (int)report["held"]!, (int)report["effects"]!["terminates"]!));
        Assert.Equal("3", (string)report["quarantine"]![0]!["workerId"]!);
        Assert.True(await bridge.IsActiveAsync("1"));
        Assert.Null(await bridge.UserAsync("2"));
        Assert.Empty((await bridge.AdminAsync("GET", "/admin/v1/quarantine")).Body!["quarantine"]!.AsArray());
        Assert.Equal(["1 worker.hired"], await bridge.EventsAsync());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Signed_event_is_taken_once_with_any_of_the_keys_and_no_other(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind, source => source["events"] = JsonNode.Parse(
            """{ "keys": [ { "value": "new-key" }, { "value": "old-key" } ] }"""));
        var body = HrisBridge.Worker("1").ToJsonString();
        var leaver = HrisBridge.Worker("1", "Anna", "Jensen", ("status", "terminated")).ToJsonString();

        (await bridge.EventAsync(body)).Is(HttpStatusCode.Unauthorized);
        (await bridge.EventAsync(body, bridge.Sign(body, "wrong"))).Is(HttpStatusCode.Unauthorized);
        (await bridge.EventAsync(body, bridge.Sign(leaver, "new-key"))).Is(HttpStatusCode.Unauthorized);
        (await bridge.EventAsync(body, bridge.Sign(body, "new-key", bridge.Time.GetUtcNow().AddMinutes(-6)))).Is(HttpStatusCode.Unauthorized);
        (await bridge.EventAsync(body, bridge.Sign(body, "new-key", bridge.Time.GetUtcNow().AddMinutes(6)))).Is(HttpStatusCode.Unauthorized);
        var taken = await bridge.EventAsync(body, bridge.Sign(body, "old-key", id: "e1"));
        await bridge.BatchAsync((string)taken.Is(HttpStatusCode.Accepted).Body!["batch"]!);
        Assert.True(await bridge.IsActiveAsync("1"));

        // The same event, whatever is in it.
        Assert.True((bool)(await bridge.EventAsync(leaver, bridge.Sign(leaver, "new-key", id: "e1"))).Is(HttpStatusCode.OK).Body!["repeated"]!);
        var second = await bridge.EventAsync(leaver, bridge.Sign(leaver, "new-key", id: "e2"));
        await bridge.BatchAsync((string)second.Is(HttpStatusCode.Accepted).Body!["batch"]!);
        Assert.False(await bridge.IsActiveAsync("1"));
        Assert.Equal(["1 worker.hired", "1 worker.terminationEffective"], await bridge.EventsAsync());
    }

    [Fact]
    public async Task Source_without_keys_takes_no_events()
    {
        await using var bridge = await HrisBridge.StartAsync(DatabaseKind.Sqlite);
        var body = HrisBridge.Worker("1").ToJsonString();
        (await bridge.EventAsync(body, bridge.Sign(body, ""))).Is(HttpStatusCode.Unauthorized);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task BulkUpload_takes_what_a_connector_for_Entra_sends_and_without_active_nobody_is_disabled(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);

        // As in the vendor's page of the operation.
        await UploadAsync(
            """
            { "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "failOnErrors": null, "Operations": [
              { "method": "POST", "bulkId": "701984", "path": "/Users", "data": {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                "externalId": "701984", "userName": "bjensen@example.com",
                "name": { "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara", "middleName": "Jane" },
                "displayName": "Babs Jensen", "emails": [ { "value": "bjensen@example.com", "type": "work", "primary": true } ],
                "userType": "Employee", "title": "Tour Guide", "active": true,
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                  "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios", "division": "Theme Park",
                  "department": "Tour Operations", "manager": { "value": "89607", "displayName": "John Smith" } } } },
              { "method": "POST", "bulkId": "897401c2", "path": "/Users", "data": {
                "externalId": "89607", "name": { "familyName": "Smith", "givenName": "John" },
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "employeeNumber": "89607" } } } ] }
            """);
        Assert.Equal("Tour Guide", (string)(await bridge.UserAsync("701984"))!["title"]!);
        var manager = await bridge.UserAsync("89607");
        Assert.True((bool)manager!["active"]!);

        await UploadAsync(
            """
            { "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
              { "method": "POST", "bulkId": "1", "path": "/Users", "data": { "externalId": "701984", "title": "Guide" } } ] }
            """);
        var user = await bridge.UserAsync("701984");
        Assert.Equal(("Guide", true), ((string)user!["title"]!, (bool)user["active"]!));
        Assert.Equal((string)manager["id"]!, (string)user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["manager"]!["value"]!);

        await UploadAsync(
            """
            { "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
              { "method": "POST", "bulkId": "1", "path": "/Users", "data": { "externalId": "701984", "active": false } } ] }
            """);
        Assert.False(await bridge.IsActiveAsync("701984"));
        (await bridge.SendAsync("POST", "/hris/v1/people/bulkUpload", """{"schemas":[]}""", "application/scim+json")).Is(HttpStatusCode.BadRequest);

        async Task UploadAsync(string body)
        {
            var answer = (await bridge.SendAsync("POST", "/hris/v1/people/bulkUpload", body, "application/scim+json")).Is(HttpStatusCode.Accepted);
            Assert.Equal("read", (string)(await bridge.BatchAsync(answer.Location!.Split('/')[^1])).Body!["state"]!);
        }
    }
}
