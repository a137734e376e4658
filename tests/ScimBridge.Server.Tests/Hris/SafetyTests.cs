using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Tests.Hris;

/// <summary>What is held, doubted, missing or taken back, on both databases.</summary>
public sealed class SafetyTests
{
    private static readonly string[] Families =
        ["Adams", "Berg", "Clark", "Dahl", "Ek", "Fox", "Green", "Holm", "Ito", "Jones", "Kim", "Lund", "Moe", "Nash", "Olsen", "Park", "Quist", "Ross", "Sand", "Toft"];

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_third_terminated_is_held_the_rest_flows_and_a_subset_can_be_approved(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var people = Company(30);
        await bridge.FullAsync(people);

        var batch = (await bridge.FullAsync([.. people.Select((p, i) => With(p, i < 10 ? ("status", "terminated") : ("title", "Changed"))), HrisBridge.Worker("new", "Nora", "Nye")])).Body!;

        Assert.Equal((21, 10), ((int)batch["changed"]!, (int)batch["held"]!));
        Assert.All(await Task.WhenAll(Enumerable.Range(1, 30).Select(i => bridge.IsActiveAsync($"{i}"))), active => Assert.True(active));
        Assert.Equal("Changed", (string)(await bridge.UserAsync("30"))!["title"]!);
        Assert.True(await bridge.IsActiveAsync("new"));
        var hold = Assert.Single((await bridge.AdminAsync("GET", "/admin/v1/holds?state=open")).Is(HttpStatusCode.OK).Body!["holds"]!.AsArray())!;
        Assert.Equal(("breaker", 10), ((string)hold["kind"]!, (int)hold["records"]!));
        Assert.Contains(hold["reasons"]!.AsArray(), r => (string?)r!["effect"] == "terminates" && (int?)r["count"] == 10 && r["stratum"] is null);
        var items = (await bridge.AdminAsync("GET", $"/admin/v1/holds/{hold["id"]}")).Body!["items"]!.AsArray();
        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"{i}"), items.Select(i => (string)i!["workerId"]!));

        var two = new JsonObject { ["items"] = new JsonArray((string)items[0]!["id"]!, (string)items[1]!["id"]!) };
        Assert.Equal(2, (int)(await bridge.AdminAsync("POST", $"/admin/v1/holds/{hold["id"]}/approve", two.ToJsonString())).Is(HttpStatusCode.OK).Body!["approved"]!);
        await bridge.DecideAsync();
        Assert.False(await bridge.IsActiveAsync("1"));
        Assert.False(await bridge.IsActiveAsync("2"));
        Assert.True(await bridge.IsActiveAsync("3"));

        Assert.Equal(8, (int)(await bridge.AdminAsync("POST", $"/admin/v1/holds/{hold["id"]}/reject")).Is(HttpStatusCode.OK).Body!["rejected"]!);
        (await bridge.AdminAsync("POST", $"/admin/v1/holds/{hold["id"]}/approve")).Is(HttpStatusCode.Conflict);
        // What was rejected is not asked about again as long as HR says nothing else.
        await bridge.FullAsync([.. people.Select((p, i) => With(p, i < 10 ? ("status", "terminated") : ("title", "Changed")))]);
        Assert.True(await bridge.IsActiveAsync("3"));
        Assert.DoesNotContain((await bridge.AdminAsync("GET", "/admin/v1/holds?state=open")).Body!["holds"]!.AsArray(), h => (string)h!["kind"]! == "breaker");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Feed_that_takes_it_back_ends_the_hold(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var people = Company(30);
        await bridge.FullAsync(people);
        await bridge.FullAsync([.. people.Select((p, i) => i < 15 ? With(p, ("status", "terminated")) : p)]);

        await bridge.FullAsync(people);

        var hold = Assert.Single((await bridge.AdminAsync("GET", "/admin/v1/holds")).Body!["holds"]!.AsArray())!;
        await bridge.AdminAsync("POST", $"/admin/v1/holds/{hold["id"]}/approve");
        await bridge.DecideAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(1, 30).Select(i => bridge.IsActiveAsync($"{i}"))), active => Assert.True(active));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Hold_that_nobody_decides_expires_and_is_asked_about_again(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var people = Company(30);
        var bad = people.Select((p, i) => i < 15 ? With(p, ("status", "terminated")) : p).ToArray();
        await bridge.FullAsync(people);
        await bridge.FullAsync(bad);

        bridge.Time.Advance(TimeSpan.FromHours(73));
        await bridge.Get<Sweep>().RunAsync(CancellationToken.None);
        Assert.Equal("expired", (string)(await bridge.AdminAsync("GET", "/admin/v1/holds")).Body!["holds"]![0]!["state"]!);
        var again = await bridge.FullAsync(bad);

        Assert.Equal(15, (int)again.Body!["held"]!);
        Assert.Equal(["open", "expired"], (await bridge.AdminAsync("GET", "/admin/v1/holds")).Body!["holds"]!.AsArray().Select(h => (string)h!["state"]!));
        Assert.True(await bridge.IsActiveAsync("1"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Reorganisation_is_one_decision(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var people = Company(60);
        await bridge.FullAsync(people);

        await bridge.FullAsync([.. people.Select(p => (string)p["department"]! == "D1" ? With(p, ("department", "Growth")) : p)]);

        var hold = Assert.Single((await bridge.AdminAsync("GET", "/admin/v1/holds?state=open")).Body!["holds"]!.AsArray())!;
        Assert.Equal("reorganisation", (string)hold["kind"]!);
        Assert.Contains(hold["reasons"]!.AsArray(), r => (string?)r!["move"] == "D1 -> Growth" && (int?)r["count"] == 30);
        await bridge.AdminAsync("POST", $"/admin/v1/holds/{hold["id"]}/approve");
        await bridge.DecideAsync();
        Assert.Equal("Growth", (string)(await bridge.UserAsync("1"))!["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["department"]!);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_is_missing_from_a_complete_feed_is_a_case_and_stays(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var people = Company(10);
        await bridge.FullAsync(people);

        await bridge.FullAsync(people[..8]);
        // Asked about once, not with every feed.
        await bridge.FullAsync(people[..8]);

        Assert.True(await bridge.IsActiveAsync("9"));
        Assert.Equal(2, (int)(await bridge.AdminAsync("GET", "/admin/v1/sources")).Body!["sources"]![0]!["missing"]!);
        var hold = Assert.Single((await bridge.AdminAsync("GET", "/admin/v1/holds?state=open")).Body!["holds"]!.AsArray())!;
        Assert.Equal(("missing", 2), ((string)hold["kind"]!, (int)hold["records"]!));

        await bridge.FullAsync([.. people[..8], people[9]]);
        var items = (await bridge.AdminAsync("GET", $"/admin/v1/holds/{hold["id"]}")).Body!["items"]!.AsArray();
        Assert.Equal(["9 ", "10 superseded"], items.Select(i => $"{i!["workerId"]} {i["outcome"]}"));
        await bridge.AdminAsync("POST", $"/admin/v1/holds/{hold["id"]}/approve");
        await bridge.DecideAsync();
        Assert.False(await bridge.IsActiveAsync("9"));
        Assert.True(await bridge.IsActiveAsync("10"));

        // And back again in the feed: the same person, asked for anew by HR.
        await bridge.FullAsync([.. people[..9], With(people[9], ("title", "Architect"))]);
        Assert.True(await bridge.IsActiveAsync("9"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Feed_that_has_fewer_rows_than_it_says_takes_nobody_for_gone(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var people = Company(10);
        await bridge.FullAsync(people);

        var lines = string.Join('\n', people[..5].Select(p => With(p, ("status", "terminated")).ToJsonString())) + "\n";
        var answer = await bridge.SendAsync("POST", "/hris/v1/people/batches?mode=full&expectedRows=10", lines, "application/x-ndjson");
        var batch = (await bridge.BatchAsync((string)answer.Body!["id"]!)).Body!;

        Assert.Equal("failed", (string)batch["state"]!);
        Assert.Empty((await bridge.AdminAsync("GET", "/admin/v1/holds")).Body!["holds"]!.AsArray());
        Assert.True(await bridge.IsActiveAsync("1"));
        Assert.Equal(0, (int)(await bridge.AdminAsync("GET", "/admin/v1/sources")).Body!["sources"]![0]!["missing"]!);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Old_file_that_comes_in_again_hurts_nobody(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        var old = Company(10);
        await bridge.FullAsync(old);
        await bridge.FullAsync([With(old[0], ("status", "terminated")), .. old[1..]]);
        await bridge.FullAsync([With(old[0], ("status", "terminated")), With(old[1], ("title", "Boss")), .. old[2..]]);

        var batch = await bridge.FullAsync(old);

        Assert.Equal(1, (int)batch.Body!["held"]!);
        Assert.False(await bridge.IsActiveAsync("1"));
        var hold = Assert.Single((await bridge.AdminAsync("GET", "/admin/v1/holds?state=open")).Body!["holds"]!.AsArray())!;
        Assert.Contains(hold["reasons"]!.AsArray(), r => (string?)r!["feed"] == "stale");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Doubted_record_waits_in_quarantine_until_it_is_mended_or_believed(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        await bridge.PushAsync(HrisBridge.Worker("1", "Anna", "Jensen", ("title", "Engineer")));
        var other = HrisBridge.Worker("1", "Zoë", "Quist", ("title", "Boss"));

        await bridge.PushAsync(new JsonArray(other, HrisBridge.Worker("2", "Bo", "Dahl", ("employeeNumber", "1")), HrisBridge.Worker("3", "Cy", "Ek")));

        Assert.Equal("Engineer", (string)(await bridge.UserAsync("1"))!["title"]!);
        Assert.NotNull(await bridge.UserAsync("3"));
        bridge.Time.Advance(TimeSpan.FromHours(5));
        var listed = (await bridge.AdminAsync("GET", "/admin/v1/quarantine?source=people")).Body!["quarantine"]!.AsArray();
        Assert.Equal(["1 changedIdentity givenName", "2 employeeNumber employeeNumber"], listed.Select(q => $"{q!["workerId"]} {q["rule"]} {q["field"]}").Order());
        Assert.All(listed, q => Assert.InRange((double)q!["ageHours"]!, 5, 5.1));

        await bridge.PushAsync(HrisBridge.Worker("2", "Bo", "Dahl"));
        var entry = Assert.Single((await bridge.AdminAsync("GET", "/admin/v1/quarantine")).Body!["quarantine"]!.AsArray())!;
        (await bridge.AdminAsync("POST", $"/admin/v1/quarantine/{entry["id"]}/believe")).Is(HttpStatusCode.NoContent);
        await bridge.PushAsync(other.DeepClone());

        Assert.Equal("Boss", (string)(await bridge.UserAsync("1"))!["title"]!);
        Assert.Empty((await bridge.AdminAsync("GET", "/admin/v1/quarantine")).Body!["quarantine"]!.AsArray());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Batch_that_is_rolled_back_never_was(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind);
        await bridge.PushAsync(HrisBridge.Worker("1", "Anna", "Jensen", ("title", "Engineer")));
        var bad = await bridge.PushAsync(new JsonArray(HrisBridge.Worker("1", "Anna", "Jensen", ("status", "terminated")), HrisBridge.Worker("2", "Bo", "Dahl")));
        Assert.False(await bridge.IsActiveAsync("1"));
        Assert.True(await bridge.IsActiveAsync("2"));

        var plan = (await bridge.AdminAsync("POST", $"/admin/v1/batches/{bad.Body!["id"]}/rollback")).Is(HttpStatusCode.Created).Body!;
        Assert.Equal(("rollback", 2, true), ((string?)plan["kind"], (int)plan["summary"]!["batch"]!["records"]!, (bool)plan["summary"]!["verdict"]!["needsApproval"]!));
        Assert.False(await bridge.IsActiveAsync("1"));
        (await bridge.SendAsync("POST", $"/admin/v1/plans/{plan["id"]}/execute")).Is(HttpStatusCode.Forbidden);
        Assert.Equal(2, (int)(await bridge.AdminAsync("POST", $"/admin/v1/plans/{plan["id"]}/execute")).Is(HttpStatusCode.OK).Body!["workers"]!);
        (await bridge.AdminAsync("POST", $"/admin/v1/batches/{bad.Body!["id"]}/rollback")).Is(HttpStatusCode.Conflict);
        await bridge.DecideAsync();

        Assert.True(await bridge.IsActiveAsync("1"));
        Assert.False(await bridge.IsActiveAsync("2"));
        Assert.Equal(
            ["1 worker.hired", "2 worker.hired", "1 worker.terminationEffective", "1 worker.terminationCancelled", "2 worker.hireRescinded"],
            await bridge.EventsAsync());
        // The rows are news again when they come again.
        await bridge.PushAsync(HrisBridge.Worker("2", "Bo", "Dahl"));
        Assert.True(await bridge.IsActiveAsync("2"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Privileged_people_count_apart(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind, source => source["safety"] = new JsonObject { ["privileged"] = "title eq \"Administrator\"" });
        var people = Company(100).Select((p, i) => i < 8 ? With(p, ("title", "Administrator")) : p).ToArray();
        await bridge.FullAsync(people);

        var batch = (await bridge.FullAsync([.. people.Select((p, i) => i is < 3 or 50 ? With(p, ("status", "terminated")) : p)])).Body!;

        Assert.Equal((1, 3), ((int)batch["changed"]!, (int)batch["held"]!));
        Assert.True(await bridge.IsActiveAsync("1"));
        Assert.False(await bridge.IsActiveAsync("51"));
    }

    [Fact]
    public async Task Silence_is_told()
    {
        await using var bridge = await HrisBridge.StartAsync(DatabaseKind.Sqlite, source => source["expectEveryHours"] = 24);
        await bridge.PushAsync(HrisBridge.Worker("1"));
        Assert.False((bool)(await bridge.AdminAsync("GET", "/admin/v1/sources")).Body!["sources"]![0]!["silent"]!);

        bridge.Time.Advance(TimeSpan.FromHours(25));

        Assert.True((bool)(await bridge.AdminAsync("GET", "/admin/v1/sources")).Body!["sources"]![0]!["silent"]!);
        await bridge.PushAsync(HrisBridge.Worker("1"));
        Assert.False((bool)(await bridge.AdminAsync("GET", "/admin/v1/sources")).Body!["sources"]![0]!["silent"]!);
    }

    private static JsonObject[] Company(int size) =>
        [.. Enumerable.Range(1, size).Select(i => HrisBridge.Worker($"{i}", $"Given{i}", Families[i % Families.Length], ("department", $"D{i % 2}"), ("title", "Engineer")))];

    private static JsonObject With(JsonObject worker, (string Name, string Value) change)
    {
        var changed = worker.DeepClone().AsObject();
        changed[change.Name] = change.Value;
        return changed;
    }
}
