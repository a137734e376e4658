using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using static ScimBridge.Server.Tests.Api.ApiBridge;

namespace ScimBridge.Server.Tests.Api;

/// <summary>Thirty-two writers at once: no update is lost, no unique value is had twice, and nobody is answered 500.</summary>
public sealed class RaceTests
{
    private const int Writers = 32;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Members_that_all_add_at_once_are_all_there(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var members = new List<string>();
        for (var i = 0; i < 2 * Writers; i++)
            members.Add(await bridge.UserAsync($"u{i}@corp.example"));
        var (stay, go) = (members[..Writers], members[Writers..]);
        var group = await bridge.GroupAsync("team", [.. go]);

        var answers = await Task.WhenAll(
            stay.Select(m => bridge.PatchAsync("/Groups/" + group, Operation("add", "members", Members(m))))
                .Concat(go.Select(m => bridge.PatchAsync("/Groups/" + group, Operation("remove", $"members[value eq \"{m}\"]", null)))));

        Assert.All(answers, a => a.Is(HttpStatusCode.NoContent));
        var after = (await bridge.GetAsync("/Groups/" + group)).Body!;
        Assert.Equal(
            stay.Order(StringComparer.Ordinal), after["members"]!.AsArray().Select(m => (string)m!["value"]!).Order(StringComparer.Ordinal));
        // Each of them was a change of its own.
        Assert.Equal(2 * Writers, answers.Select(a => a.ETag).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Same_member_that_all_add_at_once_is_added_once(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var member = await bridge.UserAsync("ann@corp.example");
        var group = await bridge.GroupAsync("team");

        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(
            _ => bridge.PatchAsync("/Groups/" + group, Operation("add", "members", Members(member)))));

        Assert.All(answers, a => a.Is(HttpStatusCode.NoContent));
        Assert.Single((await bridge.GetAsync("/Groups/" + group)).Body!["members"]!.AsArray());
        Assert.Single(await bridge.JournalAsync(group), e => e.Kind == "member.added");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Attributes_of_one_user_that_all_write_at_once_are_all_there(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var id = await bridge.UserAsync("ann@corp.example");
        string[] names = ["title", "nickName", "displayName", "userType", "locale", "timezone", "preferredLanguage", "profileUrl"];
        var writes = Enumerable.Range(0, Writers).Select(i => i < names.Length
            ? Operation("add", names[i], names[i] switch { "locale" or "preferredLanguage" => "da-DK", "timezone" => "Europe/Copenhagen", _ => "v" + i })
            : Operation("add", "emails", new JsonArray(new JsonObject { ["value"] = $"e{i}@corp.example", ["type"] = "t" + i })));

        var answers = await Task.WhenAll(writes.Select(w => bridge.PatchAsync("/Users/" + id, w)));

        Assert.All(answers, a => a.Is(HttpStatusCode.OK));
        var user = (await bridge.GetAsync("/Users/" + id)).Body!;
        Assert.All(names, n => Assert.True(user.ContainsKey(n), n + " was lost"));
        Assert.Equal(Writers - names.Length, user["emails"]!.AsArray().Count);
        Assert.Equal(Writers, answers.Select(a => a.ETag).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Of_those_who_demand_the_same_version_one_writes(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var user = (await bridge.PostAsync("/Users", User("ann@corp.example"))).Is(HttpStatusCode.Created);
        var group = await bridge.GroupAsync("team", user.Id);
        var groupTag = (await bridge.GetAsync("/Groups/" + group)).ETag!;

        await OneWinsAsync(i => bridge.SendAsync(
            "PATCH", "/Users/" + user.Id, Patch(Operation("replace", "title", "t" + i)), headers: ("If-Match", user.ETag!)));
        var second = (await bridge.GetAsync("/Users/" + user.Id)).ETag!;
        await OneWinsAsync(i =>
        {
            var body = User("ann@corp.example");
            body["title"] = "p" + i;
            return bridge.SendAsync("PUT", "/Users/" + user.Id, body, headers: ("If-Match", second));
        });
        await OneWinsAsync(i => bridge.SendAsync(
            "PATCH", "/Groups/" + group, Patch(Operation("replace", "displayName", "g" + i)), headers: ("If-Match", groupTag)));
        var third = (await bridge.GetAsync("/Users/" + user.Id)).ETag!;
        var deleted = await Task.WhenAll(Enumerable.Range(0, Writers).Select(
            _ => bridge.SendAsync("DELETE", "/Users/" + user.Id, headers: ("If-Match", third))));
        Assert.Single(deleted, a => a.Status == HttpStatusCode.NoContent);
        Assert.All(deleted.Where(a => a.Status != HttpStatusCode.NoContent), a => a.Is(HttpStatusCode.NotFound));

        static async Task OneWinsAsync(Func<int, Task<ApiAnswer>> write)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(write));
            Assert.Single(answers, a => a.Status is HttpStatusCode.OK or HttpStatusCode.NoContent);
            Assert.Equal(Writers - 1, answers.Count(a => a.Status == HttpStatusCode.PreconditionFailed));
        }
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task User_name_that_all_want_at_once_is_had_by_one(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);

        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(
            i => bridge.PostAsync("/Users", User(i % 2 == 0 ? "Ann@corp.example" : "ann@CORP.example"))));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => a.Is(HttpStatusCode.Conflict, "uniqueness"));
        Assert.Single(await bridge.ListAsync("/Users"));

        var others = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => bridge.UserAsync($"u{i}@corp.example")));
        var renamed = await Task.WhenAll(others.Select(id => bridge.PatchAsync("/Users/" + id, Operation("replace", "userName", "new@corp.example"))));
        Assert.Single(renamed, a => a.Status == HttpStatusCode.OK);
        Assert.All(renamed.Where(a => a.Status != HttpStatusCode.OK), a => a.Is(HttpStatusCode.Conflict, "uniqueness"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Inactive_user_whom_all_bring_back_at_once_is_brought_back_by_one(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var id = await bridge.UserAsync("ann@corp.example");
        (await bridge.PatchAsync("/Users/" + id, Operation("replace", "active", false))).Is(HttpStatusCode.OK);

        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => bridge.PostAsync("/Users", User("ann@corp.example"))));

        Assert.Equal(id, Assert.Single(answers, a => a.Status == HttpStatusCode.Created).Id);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => a.Is(HttpStatusCode.Conflict, "uniqueness"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Members_that_are_deleted_while_they_are_added_leave_no_trace(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var members = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => bridge.UserAsync($"u{i}@corp.example")));
        var group = await bridge.GroupAsync("team");

        var answers = await Task.WhenAll(members.SelectMany(m => new[]
        {
            bridge.PatchAsync("/Groups/" + group, Operation("add", "members", Members(m))),
            bridge.DeleteAsync("/Users/" + m),
        }));

        // Who is gone before is no resource that could be a member; everything else is done.
        Assert.All(answers, a => Assert.True(
            a.Status == HttpStatusCode.NoContent || (a.Status == HttpStatusCode.BadRequest && a.ScimType == "invalidValue"), $"{(int)a.Status} {a.Body}"));
        Assert.False((await bridge.GetAsync("/Groups/" + group)).Body!.ContainsKey("members"));
        Assert.Empty(await bridge.ListAsync("/Users"));
        Assert.Equal(0, await bridge.Database.ReadAsync(
            s => s.FirstAsync("SELECT count(*) FROM membership", r => r.GetInt64(0), CancellationToken.None), CancellationToken.None));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Groups_that_name_each_other_crosswise_do_not_stand_in_each_others_way(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var users = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => bridge.UserAsync($"u{i}@corp.example")));
        var groups = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => bridge.GroupAsync("g" + i)));

        // Each takes the same locks in another order.
        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => bridge.PatchAsync(
            "/Groups/" + groups[i % 4],
            Operation("add", "members", Members([.. (i % 2 == 0 ? users : users.Reverse()), groups[(i + 1) % 4]])))));

        Assert.All(answers, a => a.Is(HttpStatusCode.NoContent));
        foreach (var group in groups)
            Assert.Equal(9, (await bridge.GetAsync("/Groups/" + group)).Body!["members"]!.AsArray().Count);
    }
}
